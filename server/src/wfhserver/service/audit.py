"""Who did what, when, whose data, and why: rows of which each holds the hash of the one before."""

import hashlib
from collections.abc import AsyncIterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from wfhserver.clock import Clock
from wfhserver.service.certainty import require_certain
from wfhserver.storage.interface import KnownAgent
from wfhserver.storage.people import User
from wfhserver.storage.postgres import audit
from wfhserver.storage.postgres.audit import Filter, Head, Link
from wfhserver.storage.postgres.connection import AnyConnection, Database

PAGE_LIMIT: Final = 200
NAMES_LIMIT: Final = 20
# As long as a session lasts.
_SHOWN_FOR = timedelta(hours=12)


class Entry(msgspec.Struct, frozen=True):
    """What is put on record.

    *actor* is `user:alice`, `key:payroll` or `cli:root`; *action* a noun and a verb
    (`screenshot.view`, `log.view`, `export.csv`, `user.add`); *employee_ids* whose data it was,
    which is also who is shown the row; *details* the rest, without personal data where possible.
    """

    actor: str
    action: str
    employee_ids: list[int] = []
    reason: str | None = None
    details: dict[str, Any] = {}


class Verdict(msgspec.Struct, frozen=True):
    """What a look at the whole chain found; *problem* is None when it is whole."""

    rows: int
    last_id: int
    last_hash: str
    problem: str | None


class Audit:
    """Puts on record and reads; whatever shows or changes something calls `record` first."""

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

    async def has_shown(self, user: User, audit_id: int, employee_id: int) -> bool:
        """Tell whether that row says that *user* lately saw something of this employee."""
        since = self._clock.now() - _SHOWN_FOR
        async with self._database.connection() as connection:
            return await audit.concerns(connection, audit_id, user.actor, employee_id, since)

    async def page(self, wanted: Filter, limit: int) -> tuple[list[Link], dict[int, str]]:
        """Return at most *limit* rows, newest first, and the names of the employees in them.

        Of each row the first NAMES_LIMIT: an export may concern everybody.
        """
        async with self._database.connection() as connection:
            links = await audit.page(connection, wanted, limit)
            shown = {number for link in links for number in link.employee_ids[:NAMES_LIMIT]}
            return links, await audit.names_of(connection, sorted(shown))

    async def about(self, agent: KnownAgent, before: int | None, limit: int) -> list[Link]:
        """Return at most *limit* rows that concern the user of *agent*, newest first.

        Refusal `identity_uncertain` where it may be somebody else's.
        """
        async with self._database.connection() as connection:
            await require_certain(connection, agent)
            number = await audit.employee_of(connection, agent.username)
            if number is None:
                return []
            wanted = Filter(employee_id=number, before=before)
            return await audit.page(connection, wanted, limit)


async def record(connection: AnyConnection, entry: Entry, at: datetime) -> int:
    """Append *entry* to the chain and return its number; needs a transaction."""
    last_id, last_hash = await audit.lock_end(connection)
    link = Link(
        audit_id=last_id + 1,
        at=at,
        actor=entry.actor,
        action=entry.action,
        employee_ids=sorted(set(entry.employee_ids)),
        reason=entry.reason,
        details=msgspec.json.encode(entry.details).decode(),
        previous_hash=last_hash,
        hash=b"",
    )
    await audit.append(connection, msgspec.structs.replace(link, hash=digest(link)))
    return link.audit_id


async def verify(connection: AnyConnection) -> Verdict:
    """Look at the whole chain in one snapshot."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await audit.read_head(connection)
        return await check_chain(audit.read_all(connection), head)


async def holds(connection: AnyConnection, audit_id: int, expected: bytes) -> bool:
    """Tell whether row *audit_id* has the hash that was noted once, or was forgotten since."""
    head = await audit.read_head(connection)
    if audit_id <= head.forgotten_id:
        return True
    return await audit.hash_of(connection, audit_id) == expected


async def check_chain(links: AsyncIterable[Link], head: Head) -> Verdict:
    """Tell whether *links*, in order, lead from what was forgotten to the head without a break."""
    number, previous, rows = head.forgotten_id, head.forgotten_hash, 0
    problem = None
    async for link in links:
        rows += 1
        problem = problem or _problem_of(link, number + 1, previous)
        number, previous = link.audit_id, link.hash
    if problem is None and (number, previous) != (head.last_id, head.last_hash):
        problem = f"The chain ends at row {number}, and its head says {head.last_id}."
    return Verdict(rows=rows, last_id=number, last_hash=previous.hex(), problem=problem)


def _problem_of(link: Link, expected: int, previous: bytes) -> str | None:
    if link.audit_id != expected:
        return f"Row {expected} is missing: {link.audit_id} stands in its place."
    if link.previous_hash != previous:
        return f"Row {link.audit_id} does not follow on the row before: one of them was replaced."
    if link.hash != digest(link):
        return f"Row {link.audit_id} was changed after it was written."
    return None


def digest(link: Link) -> bytes:
    """Return the hash of a row: of everything in it, and so of everything before it."""
    content = [
        link.audit_id,
        link.at,
        link.actor,
        link.action,
        link.employee_ids,
        link.reason,
        link.details,
        link.previous_hash.hex(),
    ]
    return hashlib.sha256(msgspec.json.encode(content)).digest()
