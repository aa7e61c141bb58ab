"""Days off: no log is taken, heartbeats continue, and a broken calendar stops nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass
from tests.drop_ins import ABORTED, calendar, drop

from wfhagent.agent.agent import Agent
from wfhagent.cli.status import screen
from wfhagent.status import Status, read_status
from wfhagent.testing import StaticClock

MONDAY_IS_OFF = "return 'National Day' if day == date(2026, 11, 23) else None"


DropIn = Callable[[str], None]


@pytest.fixture
def drop_in(tmp_path: Path) -> DropIn:
    """Puts the source of a calendar into the folder of drop-ins."""

    def add(source: str) -> None:
        drop(tmp_path / "plugins", "holidays.py", source)

    return add


def status_of(folder: Path) -> Status:
    status = read_status(folder / "data" / "status.json")
    assert status is not None
    return status


def missed(server: LoopbackServer) -> dict[tuple[str, int], str]:
    return {
        (slot["workday"], slot["slot"]): slot["reason"]
        for heartbeat in server.heartbeats
        for slot in heartbeat.get("missed", ())
    }


def test_on_a_day_off_no_log_is_taken_and_heartbeats_go_on(
    drop_in: DropIn,
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    tmp_path: Path,
):
    drop_in(calendar(body=MONDAY_IS_OFF))
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=17))

    assert server.logs == []
    assert len(server.heartbeats) > 200
    status = status_of(tmp_path)
    assert status.day_off == "National Day (holidays)"
    assert "no log is taken today: National Day (holidays)" in screen(status, clock.now())


def test_the_server_learns_that_it_is_a_day_off_and_not_why(
    drop_in: DropIn, make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    drop_in(calendar(body="return 'sick' if day == date(2026, 11, 24) else None"))
    agent = make_agent()
    # The device sleeps from Monday morning until Thursday.
    let_pass(agent, clock, until=MONDAY + timedelta(hours=2, minutes=1))
    clock.advance(3 * 86_400)
    let_pass(agent, clock, until=clock.now() + timedelta(minutes=10))

    assert missed(server)["2026-11-24", 1] == "no working day (calendar holidays)"
    assert missed(server)["2026-11-24", 2] == "no working day (calendar holidays)"
    assert missed(server)["2026-11-25", 1] == "off or asleep all day"
    assert "sick" not in repr(server.heartbeats)


def test_a_heartbeat_names_the_day_off_and_no_other_day(
    drop_in: DropIn, make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    drop_in(calendar(body="return 'sick' if day == date(2026, 11, 23) else None"))
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=42))

    days = {
        heartbeat["timestamp"][:10]: heartbeat["health"].get("day_off")
        for heartbeat in server.heartbeats
    }
    assert days == {"2026-11-23": "2026-11-23", "2026-11-24": None}
    assert all("working_days" not in heartbeat["health"] for heartbeat in server.heartbeats)


def test_the_day_after_is_a_working_day_again(
    drop_in: DropIn,
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    tmp_path: Path,
):
    drop_in(calendar(body=MONDAY_IS_OFF))
    clock.observe(MONDAY + timedelta(hours=15))
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=42))

    assert [(log["workday"], log["slot"]) for log in server.logs] == [
        ("2026-11-24", 1),
        ("2026-11-24", 2),
    ]
    assert status_of(tmp_path).day_off == ""


def test_a_calendar_is_asked_again_each_day(
    drop_in: DropIn, make_agent: MakeAgent, clock: StaticClock, tmp_path: Path
):
    trace = tmp_path / "queries"
    drop_in(calendar(body=f"open({str(trace)!r}, 'a').write(f'{{day}} ')"))
    agent = make_agent()
    clock.observe(MONDAY)
    for _ in range(4):
        agent.tick()
        clock.advance(3600)
    queries = trace.read_text().split()
    assert (queries.count("2026-11-23"), queries.count("2026-11-24")) == (1, 1)

    clock.advance(86_400)
    agent.tick()

    assert trace.read_text().split().count("2026-11-24") > 1


BROKEN = {
    "raises": ("raise ValueError('no file')", "ValueError: no file"),
    "aborts": ("import os; os.abort()", ABORTED),
    "exits": ("import sys; sys.exit(1)", "SystemExit: 1"),
    "gives_no_reason": ("return False", "gave False; it must give a reason, or None"),
    "loops": ("while True: pass", "gave nothing within 1 s"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_failing_calendar_is_reported_and_its_day_counts_as_a_working_day(
    drop_in: DropIn,
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    tmp_path: Path,
    name: str,
):
    body, reason = BROKEN[name]
    # Only the endless loop needs the full limit. A busy machine starts the others late.
    drop_in(calendar(body=body, limit=1 if name == "loops" else 60))
    agent = make_agent()
    # From seven in the morning, an hour before the first log may come.
    clock.observe(MONDAY + timedelta(hours=1))
    _ticks(agent, clock, 5)

    assert reason in status_of(tmp_path).failing["holidays"]
    assert reason in server.heartbeats[-1]["health"]["failing"]["holidays"]
    assert agent._workdays.next_log_at is not None
    assert agent._workdays.next_log_at.date() == date(2026, 11, 23)


def test_a_calendar_that_fails_is_left_alone_for_an_hour(
    drop_in: DropIn, make_agent: MakeAgent, clock: StaticClock, tmp_path: Path
):
    trace = tmp_path / "queries"
    drop_in(calendar(body=f"open({str(trace)!r}, 'a').write('.'); import os; os.abort()"))
    agent = make_agent()
    _ticks(agent, clock, 8)
    assert trace.stat().st_size == 1

    clock.advance(3600)
    agent.tick()

    assert trace.stat().st_size == 2


def _ticks(agent: Agent, clock: StaticClock, number: int) -> None:
    for _ in range(number):
        agent.tick()
        clock.advance(60)
