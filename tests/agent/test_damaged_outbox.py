"""When the outbox is found damaged, it is set aside and the agent continues."""

import sqlite3
from types import TracebackType
from typing import Any, Self

import pytest
from tests.agent.loopback import MakeAgent

from wfhagent.agent import run as resident
from wfhagent.agent.agent import REOPEN_SECONDS
from wfhagent.errors import DamagedOutboxError, ReopenOutboxError
from wfhagent.outbox.schema import Sharing
from wfhagent.testing import StaticClock


class FailingDisk:
    """A connection that reports damage for every statement."""

    in_transaction = False

    def execute(self, *_arguments: object) -> sqlite3.Cursor:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def test_damage_that_a_look_meets_is_raised(make_agent: MakeAgent, monkeypatch: pytest.MonkeyPatch):
    agent = make_agent()
    for part in (agent._outbox, agent._outbox.days, agent._outbox._counters):
        monkeypatch.setattr(part, "_db", FailingDisk())

    with pytest.raises(DamagedOutboxError, match=r"outbox\.sqlite3: the outbox is damaged"):
        agent.tick()


def test_another_agent_takes_over(monkeypatch: pytest.MonkeyPatch):
    runs: list[str] = []

    class FirstMeetsDamage:
        def __init__(self, *_arguments: Any, **_more: Any) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> None:
            runs.append("closed")

        def run(self) -> None:
            runs.append("run")
            if len(runs) == 1:
                raise DamagedOutboxError("o.sqlite3: the outbox is damaged: malformed.")

    monkeypatch.setattr(resident, "Agent", FirstMeetsDamage)
    monkeypatch.setattr("signal.signal", lambda *_arguments: None)

    resident._run(None)  # type: ignore[arg-type]

    assert runs == ["run", "closed", "run", "closed"]


def test_an_outbox_that_has_room_again_is_opened_again(
    make_agent: MakeAgent, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
):
    agent = make_agent()
    monkeypatch.setattr(agent._outbox, "_sharing", Sharing.NONE)
    agent.tick()
    clock.advance(REOPEN_SECONDS)

    with pytest.raises(ReopenOutboxError, match="has room again"):
        agent.tick()


def test_a_disk_that_damages_every_file_ends_the_agent_after_a_few(
    monkeypatch: pytest.MonkeyPatch,
):
    runs: list[None] = []

    def meet_damage(_assembly: object) -> None:
        runs.append(None)
        raise DamagedOutboxError("o.sqlite3: the outbox is damaged: malformed.")

    monkeypatch.setattr(resident, "_run_once", meet_damage)

    with pytest.raises(DamagedOutboxError):
        resident._run(None)  # type: ignore[arg-type]

    assert len(runs) == 1 + resident.DAMAGED_IN_A_ROW
