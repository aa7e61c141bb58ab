"""Legal holds: whose data stays, by whose word and why; each change is on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.retention import LegalHold
from wfhserver.models.users import User
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import holds
from wfhserver.storage.postgres.connection import AnyConnection, Database

_REASON_LIMIT = 1000


class LegalHolds:
    """Legal holds as administrators see and change them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> list[LegalHold]:
        """Return every hold in the order of the names."""
        async with self._database.connection() as connection:
            return await holds.list_holds(connection)

    @asynccontextmanager
    async def changes_by(self, admin: User) -> AsyncIterator["HoldChanges"]:
        """Lend a connection for changes by *admin*."""
        async with self._database.connection() as connection:
            yield HoldChanges(connection, actor=admin.actor, at=self._clock.now())


class HoldChanges:
    """Changes by *actor* (`user:alice`, `cli:root`) at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def place(self, employee_id: int, reason: str) -> None:
        """Keep everything of an employee from now on, or give the hold another reason.

        Retention deletes neither what is stored now nor what is recorded later. Refusal when there
        is no such employee or no reason.
        """
        reason, given = normalize_name(reason), reason
        if not 0 < len(reason) <= _REASON_LIMIT or "\0" in given:
            raise Refusal(
                Code.INVALID_FIELD,
                f"A hold needs a reason of at most {_REASON_LIMIT} characters.",
                field="reason",
            )
        async with self._connection.transaction():
            is_placed = await holds.place(
                self._connection, employee_id, self._actor, reason, self._at
            )
            if not is_placed:
                raise Refusal(Code.NOT_FOUND, "No employee with this number was found.")
            await self._record("hold.place", employee_id, reason)

    async def release(self, employee_id: int) -> None:
        """End a hold: the next retention forgets what is too old. Refusal when there is none."""
        async with self._connection.transaction():
            if not await holds.release(self._connection, employee_id):
                raise Refusal(Code.NOT_FOUND, "This employee is not under a legal hold.")
            await self._record("hold.release", employee_id, None)

    async def _record(self, action: str, employee_id: int, reason: str | None) -> None:
        entry = Entry(actor=self._actor, action=action, employee_ids=[employee_id], reason=reason)
        await record(self._connection, entry, self._at)
