"""A new version takes over in the middle of a day: nothing is lost, nothing is sent twice."""

from datetime import timedelta

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.agent.agent import Agent
from wfhagent.testing import StaticClock

NEW = "0.1.1"
NOON = MONDAY + timedelta(hours=9)
END = MONDAY + timedelta(hours=18)


def update(agent: Agent, make_agent: MakeAgent, patch: pytest.MonkeyPatch, version: str) -> Agent:
    """End *agent*, as the package's script does, and start one of another version."""
    agent.__exit__(None, None, None)
    patch.setattr("wfhagent.collect.payload_builder.__version__", version)
    return make_agent()


def slots(server: LoopbackServer) -> list[int]:
    return sorted(log["slot"] for log in server.logs)


def test_what_waits_is_sent_once_by_the_new_version_and_the_slots_stay_filled(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    monkeypatch: pytest.MonkeyPatch,
):
    old = make_agent()
    old.tick()
    server.down = True
    let_pass(old, clock, until=NOON)
    waiting = old._outbox.totals().queued_heartbeats
    filled = set(old._outbox.days.get(MONDAY.date()).slots)
    assert waiting > 100
    assert filled

    new = update(old, make_agent, monkeypatch, NEW)
    assert new._outbox.totals().queued_heartbeats == waiting
    assert set(new._outbox.days.get(MONDAY.date()).slots) == filled
    server.down = False
    let_pass(new, clock, until=END)

    sequence = [heartbeat["seq"] for heartbeat in server.heartbeats]
    assert len(sequence) == len(set(sequence))
    assert len(sequence) > waiting
    assert slots(server) == [1, 2]
    assert server.heartbeats[-1]["agent_version"] == NEW


def test_an_update_in_the_middle_of_a_log_makes_no_third_one(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    monkeypatch: pytest.MonkeyPatch,
):
    old = make_agent()
    old.tick()
    # The slot is taken, and its log is not on the disk yet.
    assert old._slots.claim(MONDAY.date(), 1)

    server.says = {"slots_taken": [], "retention_days": 30}
    let_pass(update(old, make_agent, monkeypatch, NEW), clock, until=END)

    assert slots(server) == [1, 2]
