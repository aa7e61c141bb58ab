"""A machine whose token lies in a closed keyring is enrolled, and says what it waits for."""

import pytest
from tests.agent.loopback import LoopbackServer, MakeAgent

from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringError
from wfhagent.status import read_status


class ClosedKeeper:
    """Holds the token, and does not give it."""

    def load(self) -> Identity | None:
        raise KeyringError("the keyring is locked")

    def save(self, identity: Identity) -> None:
        raise AssertionError(identity)


def test_it_is_not_called_unknown(
    make_agent: MakeAgent, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
):
    agent = make_agent()
    monkeypatch.setattr(agent._courier, "keeper", ClosedKeeper())

    agent.tick()

    said = read_status(agent._assembly.paths.status)
    assert said is not None
    assert said.enrolled
    assert (said.problem_code, said.queued_heartbeats) == ("keyring_closed", 1)
    assert server.transport.parcels == []
