"""A device whose token is in a locked keyring counts as enrolled and reports what it waits for."""

from datetime import timedelta

import pytest
from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass

from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringDeniedError, KeyringError
from wfhagent.status import read_status
from wfhagent.testing import StaticClock


class ClosedKeeper:
    """Has the token but does not return it."""

    where = "keyring"

    def load(self) -> Identity | None:
        raise KeyringError("the keyring is locked")

    def save(self, identity: Identity) -> None:
        raise AssertionError(identity)


def test_it_is_not_called_unknown(
    make_agent: MakeAgent, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
):
    agent = make_agent()
    monkeypatch.setattr(agent._courier.device, "keeper", ClosedKeeper())

    agent.tick()

    status = read_status(agent._assembly.paths.status)
    assert status is not None
    assert status.enrolled
    assert (status.problem_code, status.queued_heartbeats) == ("keyring_closed", 1)
    assert server.transport.parcels == []


def test_after_a_denial_it_asks_once_an_hour_and_not_once_a_minute(
    make_agent: MakeAgent, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
):
    attempts: list[float] = []

    class DenyingKeeper(ClosedKeeper):
        def load(self) -> Identity | None:
            attempts.append(clock.elapsed())
            raise KeyringDeniedError("the keyring's owner did not allow access to the token")

    agent = make_agent()
    monkeypatch.setattr(agent._courier.device, "keeper", DenyingKeeper())
    let_pass(agent, clock, until=MONDAY + timedelta(hours=2))

    assert 2 <= len(attempts) <= 3
