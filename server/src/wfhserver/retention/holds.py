"""Legal holds: whose data stays, by whose word and why; each change is on record."""

from datetime import datetime

from wfhserver.audit.log import Entry, record
from wfhserver.errors import Code, Refusal
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import holds
from wfhserver.storage.postgres.connection import AnyConnection

_REASON_LIMIT = 1000


class Holds:
    """Changes by *actor* (`user:alice`, `cli:root`) at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def place(self, employee_id: int, reason: str) -> None:
        """Keep everything of an employee from now on, or give the hold another reason.

        What is there at this moment stays through retention, and what comes. Refusal when there
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
            held = await holds.place(self._connection, employee_id, self._actor, reason, self._at)
            if not held:
                raise Refusal(Code.NOT_FOUND, "There is no employee with this number.")
            await self._record("hold.place", employee_id, reason)

    async def release(self, employee_id: int) -> None:
        """End a hold: the next retention forgets what is too old. Refusal when there is none."""
        async with self._connection.transaction():
            if not await holds.release(self._connection, employee_id):
                raise Refusal(Code.NOT_FOUND, "This employee is under no hold.")
            await self._record("hold.release", employee_id, None)

    async def _record(self, action: str, employee_id: int, reason: str | None) -> None:
        entry = Entry(actor=self._actor, action=action, employee_ids=[employee_id], reason=reason)
        await record(self._connection, entry, self._at)
