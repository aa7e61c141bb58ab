"""When the session ends, pending logs are on disk before the system may continue."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.agent.agent import Agent
from wfhagent.collect.gather import CollectedFacts
from wfhagent.os_session.watch import Ending, NoWatch
from wfhagent.outbox.store import Outbox
from wfhagent.plugin import Occasion
from wfhagent.status import read_status
from wfhagent.testing import StaticClock

MORNING = MONDAY + timedelta(hours=2, minutes=5)


class Announcer(NoWatch):
    """Announces the session's end on demand, and records what was stored by its release."""

    def __init__(self, stored: Callable[[], int]) -> None:
        self.announced: Ending | None = None
        self.stored_when_done: list[int] = []
        self.is_there = True
        self._stored = stored

    def ending(self) -> Ending | None:
        return self.announced

    def attended(self) -> bool:
        return self.is_there

    def done(self) -> None:
        self.announced = None
        self.stored_when_done.append(self._stored())


@pytest.fixture
def session(tmp_path: Path, clock: StaticClock) -> Announcer:
    def stored() -> int:
        with Outbox(tmp_path / "data" / "outbox.sqlite3", now=clock.now()) as outbox:
            return len(outbox.days.get(clock.now().date()).slots)

    return Announcer(stored)


@pytest.fixture
def agent(make_agent: MakeAgent, session: Announcer, clock: StaticClock) -> Agent:
    """An agent that was awake for five days until ten in the morning."""
    agent = make_agent(session)
    for day in range(5):
        clock.observe(MONDAY + timedelta(days=day, hours=4) - timedelta(minutes=1))
        let_pass(agent, clock, until=MONDAY + timedelta(days=day, hours=4))
    clock.observe(MONDAY + timedelta(days=7, hours=2, minutes=5))
    return agent


def test_what_is_owed_at_the_usual_end_is_stored_before_the_system_goes_on(
    agent: Agent, session: Announcer, clock: StaticClock, server: LoopbackServer
):
    clock.observe(MONDAY + timedelta(days=7, hours=4))
    session.announced = Ending.SUSPEND
    before = len(server.logs)
    agent.tick()

    assert session.stored_when_done == [2]
    assert [log["slot"] for log in server.logs[before:]] == [1, 2]
    assert {log["workday"] for log in server.logs[before:]} == {"2026-11-30"}


def test_a_lid_closed_in_the_middle_of_the_day_mostly_takes_nothing(
    agent: Agent, session: Announcer, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(agent._workdays._rng, "random", lambda: 0.31)
    session.announced = Ending.SUSPEND
    before = len(server.logs)
    agent.tick()

    assert session.stored_when_done == [0]
    assert server.logs[before:] == []


def test_a_shutdown_in_the_middle_of_the_day_takes_what_is_owed(
    agent: Agent, session: Announcer, server: LoopbackServer
):
    session.announced = Ending.SHUTDOWN
    agent.tick()

    assert session.stored_when_done == [2]


def test_a_collector_of_further_facts_is_not_waited_for_at_the_end(
    agent: Agent, session: Announcer, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
):
    hurries: list[bool] = []
    run = agent._parts.runner.run

    def observed(occasion: Occasion, only: str = "", *, hurry: bool = False) -> CollectedFacts:
        if occasion is Occasion.DETAILED_LOG:
            hurries.append(hurry)
        return run(occasion, only, hurry=hurry)

    monkeypatch.setattr(agent._parts.runner, "run", observed)
    session.announced = Ending.SHUTDOWN
    agent.tick()

    assert hurries == [True]


def test_a_day_that_has_its_logs_owes_none(
    agent: Agent, session: Announcer, clock: StaticClock, server: LoopbackServer
):
    clock.observe(MONDAY + timedelta(days=7, hours=4))
    for _ in range(3):
        session.announced = Ending.SUSPEND
        agent.tick()

    assert session.stored_when_done == [2, 2, 2]
    assert len([log for log in server.logs if log["workday"] == "2026-11-30"]) == 2


def test_the_system_goes_on_even_when_the_logs_cannot_be_taken(
    agent: Agent, session: Announcer, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, hurry: bool = False) -> None:
        raise OSError("no process can be started")

    clock.observe(MONDAY + timedelta(days=7, hours=4))
    monkeypatch.setattr(agent._parts.runner, "run", broken)
    session.announced = Ending.SHUTDOWN
    agent.tick()

    assert len(session.stored_when_done) == 1
    assert session.ending() is None


def test_an_agent_that_is_stopped_says_so_last(make_agent: MakeAgent):
    agent = make_agent()
    with agent:
        agent.tick()

        before = read_status(agent._assembly.paths.status)
    after = read_status(agent._assembly.paths.status)

    assert before is not None
    assert after is not None
    assert (before.ended, after.ended) == (False, True)


@pytest.mark.parametrize("announced", [None, Ending.SHUTDOWN], ids=["running", "power-off"])
def test_while_nobody_is_logged_in_nothing_is_reported_and_the_agent_ends(
    agent: Agent,
    session: Announcer,
    clock: StaticClock,
    server: LoopbackServer,
    announced: Ending | None,
):
    session.announced, session.is_there = announced, False
    heartbeats, logs = len(server.heartbeats), len(server.logs)
    clock.observe(MONDAY + timedelta(days=7, hours=12))

    agent.run()

    assert (len(server.heartbeats), len(server.logs)) == (heartbeats, logs)
    assert session.announced is None


def test_in_a_dark_wake_nothing_is_recorded_and_the_agent_waits(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    class Dark(NoWatch):
        dark = True

        def is_dark(self) -> bool:
            return self.dark

    session = Dark()
    agent = make_agent(session)
    clock.observe(MONDAY)
    let_pass(agent, clock, until=MONDAY + timedelta(hours=3))
    in_the_dark = len(server.heartbeats)
    pause = agent.pause_seconds()

    session.dark = False
    let_pass(agent, clock, until=MONDAY + timedelta(hours=3, minutes=5))

    assert in_the_dark == 0
    assert pause > 1, "what is overdue does not keep it busy"
    assert server.heartbeats
