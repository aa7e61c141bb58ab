"""The audit, as rows. What a hash is made of is the service's affair."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from wfhserver.names import normalize_name
from wfhserver.storage.postgres.connection import AnyConnection

# The one row of the head is the lock: writers take turns until they commit.
_LOCK_HEAD = "SELECT last_id, last_hash FROM audit_head FOR UPDATE"
_READ_HEAD = "SELECT last_id, last_hash, forgotten_id, forgotten_hash FROM audit_head"
_ADD = """
INSERT INTO audit (audit_id, at, actor, action, employee_ids, reason, details, previous_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_MOVE_HEAD = "UPDATE audit_head SET last_id = $1, last_hash = $2"
_COLUMNS = "audit_id, at, actor, action, employee_ids, reason, details, previous_hash, hash"
_ALL = f"SELECT {_COLUMNS} FROM audit ORDER BY audit_id"  # noqa: S608 -- our own columns
_PAGE = f"""
SELECT {_COLUMNS} FROM audit
 WHERE ($1::int IS NULL OR employee_ids @> ARRAY[$1::int])
   AND ($2::bigint IS NULL OR audit_id < $2) AND ($3::text IS NULL OR actor = $3)
   AND ($4::text IS NULL OR action = $4)
 ORDER BY audit_id DESC LIMIT $5
"""  # noqa: S608 -- our own columns
_BETWEEN = f"""
SELECT {_COLUMNS} FROM audit
 WHERE employee_ids @> ARRAY[$1::int] AND at >= $2 AND at < $3 ORDER BY audit_id DESC LIMIT $4
"""  # noqa: S608 -- our own columns
_NAMES = "SELECT employee_id, username FROM employees WHERE employee_id = ANY ($1::int[])"
# As it is given, for rows that were stored before names were normalized; or as it is stored now.
_EMPLOYEE = """
SELECT employee_id FROM employees WHERE username IN ($1, $2) ORDER BY username <> $1 LIMIT 1
"""
_HASH = "SELECT hash FROM audit WHERE audit_id = $1"
_CONCERNS = """
SELECT EXISTS (SELECT FROM audit WHERE audit_id = $1 AND actor = $2 AND $3 = ANY (employee_ids)
                  AND at >= $4)
"""
# A chain can only be cut at its beginning: it ends before the first row that is too young, or that
# concerns somebody whose data is held.
_NEWEST_OLD = """
SELECT audit_id, hash FROM audit WHERE at < $1 AND audit_id < coalesce(
  (SELECT min(audit_id) FROM audit
    WHERE at >= $1 OR employee_ids && ARRAY(SELECT employee_id FROM legal_holds)),
  9223372036854775807)
 ORDER BY audit_id DESC LIMIT 1
"""
_FORGET = f"""
WITH newest AS ({_NEWEST_OLD}),
moved AS (
  UPDATE audit_head SET forgotten_id = n.audit_id, forgotten_hash = n.hash FROM newest AS n)
DELETE FROM audit WHERE audit_id <= (SELECT audit_id FROM newest)
"""  # noqa: S608 -- our own query
_COUNT_OLD = f"""
WITH newest AS ({_NEWEST_OLD})
SELECT count(*) FROM audit WHERE audit_id <= (SELECT audit_id FROM newest)
"""  # noqa: S608 -- our own query
_ROWS_AT_ONCE = 1000


class Link(msgspec.Struct, frozen=True):
    """One row of the audit; *details* is JSON as text."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    employee_ids: list[int]
    reason: str | None
    details: str
    previous_hash: bytes
    hash: bytes


class Head(NamedTuple):
    """Where the chain ends, and the last row that was forgotten at its beginning."""

    last_id: int
    last_hash: bytes
    forgotten_id: int
    forgotten_hash: bytes


class Filter(msgspec.Struct, frozen=True):
    """What a page shows: rows below *before* (newest first), of one employee, actor, action."""

    employee_id: int | None = None
    before: int | None = None
    actor: str | None = None
    action: str | None = None


async def lock_end(connection: AnyConnection) -> tuple[int, bytes]:
    """Return number and hash of the last row; nobody else appends until the transaction ends."""
    row = await connection.fetchrow(_LOCK_HEAD)
    assert row is not None  # noqa: S101 -- the migration made it
    return row["last_id"], row["last_hash"]


async def append(connection: AnyConnection, link: Link) -> None:
    """Store the next row. Needs the transaction of `lock_end`."""
    await connection.execute(_ADD, *msgspec.structs.astuple(link))
    await connection.execute(_MOVE_HEAD, link.audit_id, link.hash)


async def read_head(connection: AnyConnection) -> Head:
    """Return both ends of the chain."""
    row = await connection.fetchrow(_READ_HEAD)
    assert row is not None  # noqa: S101 -- the migration made it
    return Head(*row)


async def read_all(connection: AnyConnection) -> AsyncIterator[Link]:
    """Yield every row in order, some at a time. Needs a transaction."""
    async for row in connection.cursor(_ALL, prefetch=_ROWS_AT_ONCE):
        yield _link(row)


async def page(connection: AnyConnection, wanted: Filter, limit: int) -> list[Link]:
    """Return at most *limit* rows, newest first."""
    rows = await connection.fetch(
        _PAGE, wanted.employee_id, wanted.before, wanted.actor, wanted.action, limit
    )
    return [_link(row) for row in rows]


async def about_between(
    connection: AnyConnection, employee_id: int, start: datetime, end: datetime, limit: int
) -> list[Link]:
    """Return at most *limit* rows from *start* to before *end* of one employee, newest first."""
    rows = await connection.fetch(_BETWEEN, employee_id, start, end, limit)
    return [_link(row) for row in rows]


async def names_of(connection: AnyConnection, employee_ids: list[int]) -> dict[int, str]:
    """Return the names of employees; who was erased has none."""
    rows = await connection.fetch(_NAMES, employee_ids)
    return {row["employee_id"]: row["username"] for row in rows}


async def employee_of(connection: AnyConnection, username: str) -> int | None:
    """Return the number of an employee; None when there is no such."""
    found: int | None = await connection.fetchval(_EMPLOYEE, username, normalize_name(username))
    return found


async def hash_of(connection: AnyConnection, audit_id: int) -> bytes | None:
    """Return the hash of one row; None when there is no such."""
    found: bytes | None = await connection.fetchval(_HASH, audit_id)
    return found


async def concerns(
    connection: AnyConnection, audit_id: int, actor: str, employee_id: int, since: datetime
) -> bool:
    """Tell whether that row is of this actor, not older, and concerns the employee."""
    return bool(await connection.fetchval(_CONCERNS, audit_id, actor, employee_id, since))


async def forget_before(connection: AnyConnection, moment: datetime) -> int:
    """Delete the rows older than *moment* at the beginning of the chain; return how many."""
    async with connection.transaction():
        await lock_end(connection)
        status: str = await connection.execute(_FORGET, moment)
    return int(status.rpartition(" ")[2])


async def count_before(connection: AnyConnection, moment: datetime) -> int:
    """Return how many rows `forget_before` would delete."""
    count: int = await connection.fetchval(_COUNT_OLD, moment)
    return count


def _link(row: asyncpg.Record) -> Link:
    return Link(**dict(row))
