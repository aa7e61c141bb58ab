"""No third log on a day, whatever happens to the agent's folders and the laptop's clock."""

import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import msgspec
import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.agent.agent import Agent
from wfhagent.deliver import courier
from wfhagent.notice.sentences import sentences
from wfhagent.outbox.entry import SLOT_TAKEN
from wfhagent.outbox.history import server_retention_days
from wfhagent.outbox.schema import SCHEMA_VERSION, connect
from wfhagent.settings import Settings
from wfhagent.status import read_status
from wfhagent.testing import StaticClock

SUNDAY_NOON = MONDAY - timedelta(hours=18)
END = MONDAY + timedelta(hours=18)


def end(agent: Agent) -> None:
    """End an agent; its folder can be removed then."""
    agent.__exit__(None, None, None)


def slots(server: LoopbackServer, workday: str = "2026-11-23") -> list[int]:
    return [log["slot"] for log in server.logs if log["workday"] == workday]


@pytest.fixture
def half_a_day(make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer) -> Agent:
    """An agent that has taken at least one log of Monday."""
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=9))
    assert slots(server)
    return agent


def test_a_data_folder_that_is_removed_makes_no_third_log(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    half_a_day: Agent,
    tmp_path: Path,
):
    end(half_a_day)
    rmtree(tmp_path / "data")
    let_pass(make_agent(), clock, until=END)

    assert sorted(slots(server)) == [1, 2]


def test_a_deleted_outbox_makes_no_third_log(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    half_a_day: Agent,
    tmp_path: Path,
):
    end(half_a_day)
    for file in (tmp_path / "data").glob("outbox.sqlite3*"):
        file.unlink()
    let_pass(make_agent(), clock, until=END)

    assert sorted(slots(server)) == [1, 2]


def test_a_second_data_folder_makes_no_third_log(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, half_a_day: Agent
):
    let_pass(make_agent(folder="other"), clock, until=END - timedelta(hours=1))
    let_pass(half_a_day, clock, until=END)

    assert sorted(slots(server)) == [1, 2]


def test_slots_that_another_outbox_has_filled_are_not_reported_as_missed(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    half_a_day: Agent,
    tmp_path: Path,
):
    let_pass(half_a_day, clock, until=END)
    end(half_a_day)
    rmtree(tmp_path / "data")
    let_pass(make_agent(), clock, until=END + timedelta(days=1))

    missed = [each for heartbeat in server.heartbeats for each in heartbeat.get("missed", ())]
    assert [each for each in missed if each["workday"] == "2026-11-23"] == []


def test_without_a_record_no_log_is_taken_before_the_server_has_answered(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.down = True
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=12))
    taken_while_down = agent._outbox.totals().queued_logs
    server.down = False
    let_pass(agent, clock, until=END)

    assert taken_while_down == 0
    assert sorted(slots(server)) == [1, 2]


def test_with_a_record_both_logs_are_taken_without_a_network(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    end_of_first_hour = make_agent()
    end_of_first_hour.tick()
    end(end_of_first_hour)
    server.down = True
    agent = make_agent()
    let_pass(agent, clock, until=END)

    assert agent._outbox.totals().queued_logs == 2


@pytest.mark.parametrize(("taken", "expected"), [([1, 2], []), ([1], [2]), ([2], [1])])
def test_slots_that_the_server_calls_taken_are_not_filled_again(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    taken: list[int],
    expected: list[int],
):
    server.says = {"slots_taken": taken, "retention_days": 30}
    let_pass(make_agent(), clock, until=END)

    assert slots(server) == expected


def test_the_server_is_asked_once_a_day_and_after_each_start(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=30))
    end(agent)
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=31))

    requests = [heartbeat["workday"] for heartbeat in server.heartbeats if "workday" in heartbeat]
    assert requests == ["2026-11-23", "2026-11-24", "2026-11-24"]


def test_a_log_that_the_server_did_not_store_is_not_called_stored(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.says_to_logs = {"stored": False, "reason": SLOT_TAKEN}
    agent = make_agent()
    let_pass(agent, clock, until=END)

    rows = agent._outbox._db.execute("SELECT state, answer FROM entries WHERE kind = 'log'")
    assert rows.fetchall() == [("refused", SLOT_TAKEN)] * 2
    # The server has logs of both slots: neither is sent again, nor reported as missed.
    assert slots(server) == [1, 2]
    assert agent._outbox.days.unreported() == ()


def test_a_crash_between_the_claim_and_the_log_makes_neither_a_third_log_nor_loses_one(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    agent = make_agent()
    agent.tick()
    assert agent._slots.claim(MONDAY.date(), 1)
    end(agent)

    server.down = True
    offline = make_agent()
    let_pass(offline, clock, until=MONDAY + timedelta(hours=6))
    unsettled = slots_in(offline)
    end(offline)
    server.down = False
    server.says = {"slots_taken": [], "retention_days": 30}
    let_pass(make_agent(), clock, until=END)

    assert 1 not in unsettled
    assert sorted(slots(server)) == [1, 2]


def slots_in(agent: Agent) -> set[int]:
    return set(agent._outbox.days.get(MONDAY.date()).slots)


def test_logs_that_a_clock_a_day_ahead_has_dated_get_their_true_day(
    make_agent: MakeAgent, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(courier, "BATCH", 10)
    agent, clock = on_sunday_with_mondays_clock(make_agent, server)
    true_time = SUNDAY_NOON + timedelta(hours=8)
    server.down = False
    server.clock.observe(true_time)
    agent.tick()
    clock.advance(330)
    server.clock.observe(true_time + timedelta(seconds=330))
    agent.tick()

    assert [(log["workday"], log["slot"]) for log in server.logs] == [
        ("2026-11-22", 1),
        ("2026-11-22", 2),
    ]
    moments = [datetime.fromisoformat(log["timestamp"]) for log in server.logs]
    assert all(SUNDAY_NOON <= moment <= true_time for moment in moments)
    # The first ten were sent before any answer. The server corrects their times itself.
    heartbeats = [
        datetime.fromisoformat(heartbeat["timestamp"]) for heartbeat in server.heartbeats[11:]
    ]
    assert len(heartbeats) > 80
    assert all(SUNDAY_NOON <= moment <= clock.now() for moment in heartbeats)


def test_monday_has_its_own_logs_after_a_sunday_with_mondays_clock(
    make_agent: MakeAgent, server: LoopbackServer
):
    agent, clock = on_sunday_with_mondays_clock(make_agent, server)
    server.down, server.sets_clock_to = False, SUNDAY_NOON + timedelta(hours=8)
    agent.tick()
    while clock.now() < END:
        server.clock.observe(clock.now())
        agent.tick()
        clock.advance(agent.pause_seconds())

    assert sorted(slots(server)) == [1, 2]
    assert sorted(slots(server, "2026-11-22")) == [1, 2]


def on_sunday_with_mondays_clock(
    make_agent: MakeAgent, server: LoopbackServer
) -> tuple[Agent, StaticClock]:
    """Return an agent that has taken both of Monday's logs on Sunday, without a network."""
    end_of_saturday = make_agent()
    end_of_saturday.tick()
    end(end_of_saturday)
    server.down = True
    clock = StaticClock(SUNDAY_NOON + timedelta(days=1))
    agent = make_agent(own=clock)
    let_pass(agent, clock, until=clock.now() + timedelta(hours=8))
    assert agent._outbox.days.get(date(2026, 11, 23)).slots == {1, 2}
    return agent, clock


def test_a_day_that_has_its_two_logs_takes_none_of_those_of_a_wrong_clock(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    first = make_agent()
    let_pass(first, clock, until=END - timedelta(hours=6))
    end(first)
    assert sorted(slots(server)) == [1, 2]
    server.down = True
    ahead = StaticClock(MONDAY + timedelta(days=1, hours=2))
    agent = make_agent(own=ahead)
    let_pass(agent, ahead, until=MONDAY + timedelta(days=1, hours=16))
    true_time = MONDAY + timedelta(hours=17)
    server.down, server.sets_clock_to = False, true_time
    server.clock.observe(true_time)
    agent.tick()
    ahead.advance(330)
    agent.tick()

    assert sorted(slots(server)) == [1, 2]
    assert slots(server, "2026-11-24") == []
    assert agent._outbox.days.get(date(2026, 11, 24)).slots == frozenset()
    states = agent._outbox._db.execute("SELECT state, answer FROM entries WHERE kind = 'log'")
    assert states.fetchall()[-2:] == [("refused", SLOT_TAKEN)] * 2


def test_an_outbox_of_an_older_version_learns_to_date(tmp_path: Path):
    file = tmp_path / "outbox.sqlite3"
    connect(file).close()
    with sqlite3.connect(file) as old:
        old.execute("DROP TABLE undated")
        old.execute("ALTER TABLE missed DROP COLUMN awake_from")
        old.execute("ALTER TABLE missed DROP COLUMN awake_until")
        old.execute("PRAGMA user_version = 4")
    old.close()

    opened = connect(file)

    assert opened.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert opened.execute("SELECT count(*) FROM undated").fetchone() == (0,)
    opened.close()


def test_a_test_log_that_was_taken_by_hand_is_in_the_status(
    make_agent: MakeAgent, clock: StaticClock, tmp_path: Path
):
    agent = make_agent()
    agent.tick()
    agent._assembly.slot_ledger(agent._outbox).claim_test(clock.now())
    clock.advance(30)
    agent.tick()

    status = read_status(tmp_path / "data" / "status.json")
    assert status is not None
    assert status.tests_today == 1


def test_what_the_server_says_of_its_retention_is_remembered_and_shown(
    make_agent: MakeAgent, server: LoopbackServer, tmp_path: Path
):
    server.says = {"slots_taken": [], "retention_days": 14}
    agent = make_agent()
    before = sentences(agent._assembly)
    agent.tick()

    assert server_retention_days(tmp_path / "data" / "outbox.sqlite3") == 14
    assert "30 days on the server, unless your company" in " ".join(before)
    assert "14 days on the server; " in " ".join(sentences(agent._assembly))


@pytest.mark.parametrize(("seconds", "reported"), [(300.0, None), (1800.0, 1800.0)])
def test_an_unusual_interval_travels(
    make_agent: MakeAgent,
    server: LoopbackServer,
    settings: Settings,
    seconds: float,
    reported: float | None,
):
    heartbeat = msgspec.structs.replace(settings.heartbeat, interval_seconds=seconds)
    agent = make_agent(changed=msgspec.structs.replace(settings, heartbeat=heartbeat))
    agent.tick()

    assert server.heartbeats[0]["health"].get("heartbeat_seconds") == reported
