"""The agent takes no detailed log before the notice is acknowledged, and says so to the server."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.agent.agent import Agent
from wfhagent.notice.register import Register
from wfhagent.settings import Settings, parse_settings
from wfhagent.status import read_status
from wfhagent.testing import StaticClock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    raw = {
        "server": {"url": "https://127.0.0.1:8443", "auth_token": "wfhe_1"},
        "agent": {"keyring": False},
        "detailed_log": {"time_zone": "UTC"},
        "notice": {"text": "Your screen is recorded.", "required": True},
    }
    return parse_settings(raw, tmp_path / "agent.toml")


def acknowledge(agent: Agent, tmp_path: Path, clock: StaticClock) -> None:
    register = Register(tmp_path / "data" / "notice.json")
    notice = agent.notice
    register.show(notice, clock.now())
    register.acknowledge(notice, clock.now())


def test_no_log_before_it_and_two_on_the_day_of_it(
    make_agent: MakeAgent,
    clock: StaticClock,
    server: LoopbackServer,
    tmp_path: Path,
):
    agent = make_agent()
    let_pass(agent, clock, until=MONDAY + timedelta(hours=6))
    before = len(server.logs)
    waiting = server.heartbeats[-1]["health"]["notice"]

    acknowledge(agent, tmp_path, clock)
    let_pass(agent, clock, until=MONDAY + timedelta(hours=18))

    report = server.heartbeats[-1]["health"]["notice"]
    assert before == 0
    assert waiting["holds"] == "the notice was not acknowledged"
    assert [log["slot"] for log in server.logs] == [1, 2]
    assert "holds" not in report
    assert report["acknowledged_at"] >= f"{MONDAY + timedelta(hours=6):%Y-%m-%dT%H:%M}"


def test_a_day_without_it_is_reported_with_that_reason_also_after_a_restart(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=5))
    status = read_status(tmp_path / "data" / "status.json")
    clock.advance(86_400)
    let_pass(make_agent(), clock, until=clock.now() + timedelta(minutes=11))

    missed = {
        (slot["workday"], slot["slot"]): slot["reason"]
        for heartbeat in server.heartbeats
        for slot in heartbeat.get("missed", ())
    }
    assert server.logs == []
    assert status is not None
    assert (status.notice, status.logs_held) == ("new", "the notice was not acknowledged")
    assert missed == {
        (f"{MONDAY:%Y-%m-%d}", 1): "the notice was not acknowledged",
        (f"{MONDAY:%Y-%m-%d}", 2): "the notice was not acknowledged",
    }
