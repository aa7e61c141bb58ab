"""Logs have the right days even when the laptop's clock is wrong by a day."""

from datetime import timedelta

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.testing import StaticClock


@pytest.mark.parametrize("wrong_by", [timedelta(days=1), timedelta(days=-1), timedelta(days=40)])
def test_the_server_sets_the_days_right(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, wrong_by: timedelta
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=18))
    tuesday = MONDAY + timedelta(days=1)
    clock.observe(tuesday + wrong_by)
    clock._skew = None
    server.sets_clock_to = tuesday
    agent = make_agent()
    agent.tick()
    let_pass(agent, clock, until=tuesday + timedelta(hours=18))

    days = [(log["workday"], log["slot"]) for log in server.logs]
    missed = [slot for heartbeat in server.heartbeats for slot in heartbeat.get("missed", ())]
    assert days == [("2026-11-23", 1), ("2026-11-23", 2), ("2026-11-24", 1), ("2026-11-24", 2)]
    assert missed == []
