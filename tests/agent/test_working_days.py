"""The whole agent, from its loop to the server's answers, on a clock that does not wait."""

import itertools
import random  # noqa: TID251 -- seeded
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.settings import parse_settings
from wfhagent.status import read_status
from wfhagent.testing import StaticClock


def test_a_working_day_has_its_heartbeats_and_exactly_two_logs(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=18))

    times = [datetime.fromisoformat(heartbeat["timestamp"]) for heartbeat in server.heartbeats]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    assert max(gaps) <= 330
    assert 216 <= len(times) <= 218
    assert [log["slot"] for log in server.logs] == [1, 2]
    assert {log["screenshot"]["status"] for log in server.logs} == {"taken"}
    taken = [datetime.fromisoformat(log["timestamp"]) for log in server.logs]
    assert all(8 <= moment.hour < 22 for moment in taken)
    assert taken[1] - taken[0] >= timedelta(minutes=30)


def test_an_outage_of_hours_loses_nothing(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    server.down = True
    let_pass(agent, clock, until=MONDAY + timedelta(hours=9))
    sent_while_down = len(server.heartbeats)
    server.down = False
    let_pass(agent, clock, until=MONDAY + timedelta(hours=18))

    sequence = [heartbeat["seq"] for heartbeat in server.heartbeats]
    assert sent_while_down == 0
    assert 216 <= len(sequence) <= 218
    assert sequence == sorted(set(sequence))
    assert [log["slot"] for log in server.logs] == [1, 2]


def test_restarts_never_make_a_third_log(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    for hour in range(1, 19):
        agent = make_agent()
        let_pass(agent, clock, until=MONDAY + timedelta(hours=hour))

    assert sorted(log["slot"] for log in server.logs) == [1, 2]


def test_after_sleep_there_is_a_heartbeat_at_once_and_none_is_invented(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(minutes=20))
    before = len(server.heartbeats)
    clock.advance(3 * 3600)
    woke_at = clock.now()
    agent.tick()

    assert len(server.heartbeats) == before + 1
    assert datetime.fromisoformat(server.heartbeats[-1]["timestamp"]) == woke_at


def test_days_in_sleep_are_reported_as_missed_with_their_reasons(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=2, minutes=1))
    clock.advance(3 * 86_400)
    let_pass(agent, clock, until=clock.now() + timedelta(minutes=10))

    missed = {
        (slot["workday"], slot["slot"]): (slot["reason"], slot.get("awake_until", "")[:16])
        for heartbeat in server.heartbeats
        for slot in heartbeat.get("missed", ())
    }
    assert missed == {
        ("2026-11-23", 1): ("awake for less than an hour", "2026-11-23T08:00"),
        ("2026-11-23", 2): ("awake for less than an hour", "2026-11-23T08:00"),
        ("2026-11-24", 1): ("off or asleep all day", ""),
        ("2026-11-24", 2): ("off or asleep all day", ""),
        ("2026-11-25", 1): ("off or asleep all day", ""),
        ("2026-11-25", 2): ("off or asleep all day", ""),
    }


def test_no_logs_on_a_day_off(make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer):
    clock.observe(MONDAY - timedelta(days=2))
    let_pass(make_agent(), clock, until=MONDAY - timedelta(hours=30))

    assert len(server.heartbeats) > 200
    assert server.logs == []


OTHER_WEEK = {
    "server": {"url": "https://127.0.0.1:8443", "auth_token": "wfhe_1"},
    "agent": {"keyring": False},
    "detailed_log": {"time_zone": "UTC", "working_days": ["sat", "tue"]},
}


@pytest.mark.parametrize("settings", [parse_settings(OTHER_WEEK, Path("agent.toml"))])
def test_the_server_learns_of_another_week_than_monday_to_friday(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(minutes=10))

    assert server.heartbeats[0]["health"]["working_days"] == ["tue", "sat"]


def test_the_status_shows_progress_but_not_when_the_next_log_comes(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    agent = make_agent()
    agent.tick()
    server.down = True
    clock.advance(330)
    agent.tick()

    status = read_status(tmp_path / "data" / "status.json")

    assert status is not None
    assert status.problem == "connection refused"
    assert (status.username, status.hostname, status.queued_heartbeats) == ("alice", "laptop-7", 1)
    drawn = agent._workdays._schedule.next_at
    assert drawn is not None
    assert f"{drawn:%H:%M}" not in (tmp_path / "data" / "status.json").read_text()


def test_a_clock_that_jumps_makes_no_third_log(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    rng = random.Random(3)
    agent = make_agent()
    for _ in range(40):
        let_pass(agent, clock, until=clock.now() + timedelta(minutes=25))
        clock.observe(clock.now() + timedelta(minutes=rng.uniform(-90, 90)))

    per_day: dict[str, list[int]] = {}
    for log in server.logs:
        per_day.setdefault(log["workday"], []).append(log["slot"])
    assert all(sorted(set(slots)) == sorted(slots) for slots in per_day.values())
    # Without any logs the assertions above would prove nothing.
    assert sorted(per_day["2026-11-23"]) == [1, 2]
