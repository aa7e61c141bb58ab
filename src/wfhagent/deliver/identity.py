"""Who this machine is to the server, and who keeps it."""

from typing import Protocol
from uuid import UUID

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolled agent: the server at *server_url* knows it under these names by *token*.

    *machine* is the `machine_hash` of the machine that was enrolled, empty where it is not known.
    """

    server_url: str
    agent_id: UUID
    username: str
    hostname: str
    token: str
    machine: str = ""


class IdentityKeeper(Protocol):
    """Where the identity is kept: the system's keyring, or a file that only its owner reads."""

    where: str
    """Which of the two it was at the last `load` or `save`: "keyring" or "file"."""

    def load(self) -> Identity | None:
        """Return the identity, None before enrollment; never blocks for long.

        Raises:
            KeyringError: there is one, and the keyring does not give it now.
        """

    def save(self, identity: Identity) -> None:
        """Store *identity* durably in place of the one before."""
