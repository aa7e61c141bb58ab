"""Who did what, when, whose data, and why: rows of which each holds the hash of the one before."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from wfhserver.audit import chain as audit_chain
from wfhserver.audit.chain import RETENTION, SERVER, RemovedRange, Verdict, check_chain
from wfhserver.clock import Clock
from wfhserver.models.audit import AuditEntry
from wfhserver.models.users import User
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import audit
from wfhserver.storage.postgres.connection import AnyConnection, Database

_SALT_BYTES = 16
# As long as a session lasts.
_SHOWN_FOR = timedelta(hours=12)


class Entry(msgspec.Struct, frozen=True):
    """What is put on record.

    *actor* is `user:alice`, `key:payroll` or `cli:root`; *action* a noun and a verb
    (`screenshot.view`, `log.view`, `export.csv`, `user.add`); *employee_ids* whose data it was:
    these employees also see the row; *details* the rest, without personal data where possible.
    """

    actor: str
    action: str
    employee_ids: list[int] = []
    reason: str | None = None
    details: dict[str, Any] = {}


class Audit:
    """Puts on record; whatever shows or changes something calls `record` first."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, entry: Entry, *, within: "AnyConnection | None" = None) -> int:
        """Store *entry*; in the transaction of *within*, or committed on return. Tell its number.

        Call it before what it tells of is shown: what cannot be put on record is not shown. In a
        transaction make it the last statement, for all other writers wait until the commit.
        """
        if within is not None:
            return await record(within, entry, self._clock.now())
        async with self._database.transaction() as connection:
            return await record(connection, entry, self._clock.now())

    async def has_view(self, user: User, audit_id: int, employee_id: int) -> bool:
        """Tell whether that row says that *user* lately saw something of this employee."""
        since = self._clock.now() - _SHOWN_FOR
        async with self._database.connection() as connection:
            return await audit.concerns(connection, audit_id, user.actor, employee_id, since)


async def record(connection: AnyConnection, entry: Entry, at: datetime) -> int:
    """Append *entry* to the chain and return its number; needs a transaction."""
    link = AuditEntry(
        audit_id=0,
        at=at,
        actor=entry.actor,
        action=entry.action,
        employee_ids=sorted(set(entry.employee_ids)),
        # In one line, and nothing of it invisible.
        reason=None if entry.reason is None else normalize_name(entry.reason),
        details=msgspec.json.encode(entry.details).decode(),
        previous_hash=b"",
        hash=b"",
        salt=secrets.token_bytes(_SALT_BYTES),
    )
    return await _append(connection, link)


async def _append(connection: AnyConnection, link: AuditEntry) -> int:
    last_id, last_hash = await audit.lock_end(connection)
    link = msgspec.structs.replace(
        link,
        audit_id=last_id + 1,
        previous_hash=last_hash,
        content_hash=audit_chain.content_digest(link),
    )
    link = msgspec.structs.replace(link, hash=audit_chain.digest(link))
    await audit.append(connection, link)
    return link.audit_id


async def remove_before(connection: AnyConnection, moment: datetime, at: datetime) -> int:
    """Remove what is older than *moment*, as an entry says; return how many entries went."""
    async with connection.transaction():
        found = await audit.remove_before(connection, moment)
        if found.up_to is not None and found.up_to_hash is not None:
            removed = RemovedRange(found.removed, found.up_to, found.up_to_hash.hex(), moment)
            details = msgspec.to_builtins(removed)
            entry = Entry(actor=SERVER, action=RETENTION, details=details)
            await record(connection, entry, at)
    return found.removed


async def prepare(connection: AnyConnection, *, days: int, at: datetime) -> None:
    """Make a chain of an older version prove removals, and keep entries for *days*, on record.

    Needs the owner of the schema; part of every upgrade.
    """
    async with connection.transaction():
        await audit.lock_end(connection)
        head = await audit.read_head(connection)
        if head.last_id > 0 and not await audit.has_proof(connection):
            await _append(connection, audit_chain.first_proven(at))
        if head.retention_days != days:
            await audit.set_retention_days(connection, days)
            details = {"days": days, "before": head.retention_days}
            entry = Entry(actor=SERVER, action="audit.set_retention", details=details)
            await record(connection, entry, at)


async def verify(connection: AnyConnection, least_days: int | None = None) -> Verdict:
    """Look at the whole chain in one snapshot; see `check_chain`."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await audit.read_head(connection)
        removed = audit.read_removed(connection, head.forgotten_id)
        verdict = await check_chain(removed, audit.read_all(connection), head, least_days)
        if verdict.last_id == 0 and await audit.has_users(connection):
            problem = "The audit is empty, and adding a user is on record. Its rows were removed."
            verdict = msgspec.structs.replace(verdict, problem=verdict.problem or problem)
    return verdict


async def has_hash(connection: AnyConnection, audit_id: int, expected: bytes) -> bool:
    """Tell whether entry *audit_id* has the hash that was noted once.

    Of one that retention has removed, the hash is what is left.
    """
    if audit_id == 0:
        return expected == b""
    return await audit.hash_of(connection, audit_id) == expected
