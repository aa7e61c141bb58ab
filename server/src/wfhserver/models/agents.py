"""Agents, as their requests find them."""

from uuid import UUID

import msgspec


class KnownAgent(msgspec.Struct, frozen=True):
    """An agent as its token finds it.

    *confirms* is true when the token is a new one and an older one is still valid: its
    first use ends the older one. *last_seq* is the highest `seq` stored; only a heartbeat
    transaction fills it in. A *blocked* one may neither report nor enroll.
    *run_id* is the number of the start that its last heartbeat was of, *calendar_revision* that of
    the employee's calendar; a heartbeat transaction fills in both.
    """

    agent_id: int
    agent_uuid: UUID
    username: str
    hostname: str
    revoked: bool
    confirms: bool = False
    last_seq: int | None = None
    blocked: bool = False
    run_id: str | None = None
    calendar_revision: int = 0
