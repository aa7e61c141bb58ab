"""The audit, as rows. What a hash is made of is the service's affair."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from wfhserver.models.audit import AuditEntry, AuditFilter
from wfhserver.names import normalize_name
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import employee_named, numbers_of

# The one row of the head is the lock: writers take turns until they commit.
_LOCK_HEAD = "SELECT last_id, last_hash FROM audit_head FOR UPDATE"
_READ_HEAD = """
SELECT last_id, last_hash, forgotten_id, forgotten_hash, retention_days, audit_now() AS now
  FROM audit_head
"""
_ADD = """
INSERT INTO audit (audit_id, at, actor, action, employee_ids, reason, details, previous_hash, hash,
                   salt, content_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_MOVE_HEAD = "UPDATE audit_head SET last_id = $1, last_hash = $2"
# In the order of AuditEntry's fields.
_COLUMNS = (
    "audit_id, at, actor, action, employee_ids, reason, details, previous_hash, hash, salt,"
    " content_hash"
)
_ALL = f"SELECT {_COLUMNS} FROM audit ORDER BY audit_id"  # noqa: S608 -- our own columns
_PAGE = f"""
SELECT {_COLUMNS} FROM audit
 WHERE ($1::int IS NULL OR employee_ids && {numbers_of("$1")})
   AND ($2::bigint IS NULL OR audit_id < $2) AND ($3::text IS NULL OR actor = $3)
   AND ($4::text IS NULL OR action = $4)
   AND ($5::text IS NULL OR ($6 AND strpos(lower(substr(actor, strpos(actor, ':') + 1)), $5) > 0)
        OR ($7 AND employee_ids && ARRAY(
              SELECT coalesce(j.former_id, n.employee_id)
                FROM (SELECT employee_id, username FROM employees
                       UNION ALL SELECT employee_id, username FROM employee_usernames) AS n
                LEFT JOIN (SELECT former_id, employee_id FROM joined_employees
                            UNION ALL SELECT employee_id, employee_id FROM employees) AS j
                       USING (employee_id)
               WHERE strpos(lower(n.username), $5) > 0)))
 ORDER BY audit_id DESC LIMIT $8
"""  # noqa: S608 -- our own columns
_AFTER = f"""
SELECT {_COLUMNS} FROM audit WHERE audit_id > $1 ORDER BY audit_id LIMIT $2
"""  # noqa: S608 -- our own columns
_BETWEEN = f"""
SELECT {_COLUMNS} FROM audit
 WHERE employee_ids && {numbers_of("$1")} AND at >= $2 AND at < $3 ORDER BY audit_id DESC LIMIT $4
"""  # noqa: S608 -- our own columns
_NAMES = """
SELECT employee_id, username FROM employees WHERE employee_id = ANY ($1::int[])
UNION ALL SELECT j.former_id, e.username
  FROM joined_employees AS j JOIN employees AS e USING (employee_id)
 WHERE j.former_id = ANY ($1::int[])
"""
# As it is given, for rows that were stored before names were normalized; or as it is stored now.
_EMPLOYEE = f"SELECT coalesce({employee_named('$1')}, {employee_named('$2')})"
# Nothing after the mark was ever removed. In the order of RemovedEntry's fields.
_REMOVED = """
SELECT audit_id, at, content_hash, hash FROM audit_removed WHERE audit_id <= $1 ORDER BY audit_id
"""
_HASH = """
SELECT hash FROM audit WHERE audit_id = $1
UNION ALL SELECT hash FROM audit_removed
 WHERE audit_id = $1 AND audit_id <= (SELECT forgotten_id FROM audit_head)
"""
_CONCERNS = f"""
SELECT EXISTS (SELECT FROM audit WHERE audit_id = $1 AND actor = $2
                  AND employee_ids && {numbers_of("$3")} AND at >= $4)
"""  # noqa: S608 -- our own expression
_REMOVE = "SELECT removed, up_to, up_to_hash FROM remove_old_audit($1)"
_COUNT_OLD = """
SELECT count(*) FROM audit
 WHERE audit_id > (SELECT forgotten_id FROM audit_head) AND audit_id <= removable_audit($1)
"""
_SET_RETENTION = "UPDATE audit_head SET retention_days = $1"
_HAS_PROOF = """
SELECT EXISTS (SELECT FROM audit WHERE content_hash IS NOT NULL)
    OR EXISTS (SELECT FROM audit_removed WHERE content_hash IS NOT NULL)
"""
_HAS_USERS = "SELECT EXISTS (SELECT FROM users)"
_ROWS_AT_ONCE = 1000


class RemovedEntry(msgspec.Struct, frozen=True):
    """What is left of an entry that retention has removed."""

    audit_id: int
    at: datetime
    content_hash: bytes | None
    hash: bytes


class Removal(NamedTuple):
    """What retention has removed: how many entries, up to which one, and the hash of that one."""

    removed: int
    up_to: int | None
    up_to_hash: bytes | None


class ChainHead(NamedTuple):
    """Where the chain ends, up to which entry it was removed, and what the database allows.

    No entry younger than *retention_days* can be removed, by the database's clock, which is *now*.
    """

    last_id: int
    last_hash: bytes
    forgotten_id: int
    forgotten_hash: bytes
    retention_days: int
    now: datetime


async def lock_end(connection: AnyConnection) -> tuple[int, bytes]:
    """Return number and hash of the last row; nobody else appends until the transaction ends."""
    row = await connection.fetchrow(_LOCK_HEAD)
    assert row is not None  # noqa: S101 -- the migration made it
    return row["last_id"], row["last_hash"]


async def append(connection: AnyConnection, link: AuditEntry) -> None:
    """Store the next row. Needs the transaction of `lock_end`."""
    await connection.execute(_ADD, *msgspec.structs.astuple(link))
    await connection.execute(_MOVE_HEAD, link.audit_id, link.hash)


async def read_head(connection: AnyConnection) -> ChainHead:
    """Return both ends of the chain."""
    row = await connection.fetchrow(_READ_HEAD)
    assert row is not None  # noqa: S101 -- the migration made it
    return ChainHead(*row)


async def read_all(connection: AnyConnection) -> AsyncIterator[AuditEntry]:
    """Yield every row in order, some at a time. Needs a transaction."""
    async for row in connection.cursor(_ALL, prefetch=_ROWS_AT_ONCE):
        yield _link(row)


async def read_removed(connection: AnyConnection, up_to: int) -> AsyncIterator[RemovedEntry]:
    """Yield what is left of every removed entry up to that one, in order. Needs a transaction."""
    async for row in connection.cursor(_REMOVED, up_to, prefetch=_ROWS_AT_ONCE):
        yield RemovedEntry(*row)


async def after(connection: AnyConnection, audit_id: int, limit: int) -> list[AuditEntry]:
    """Return at most *limit* rows behind that one, oldest first."""
    return [_link(row) for row in await connection.fetch(_AFTER, audit_id, limit)]


async def page(connection: AnyConnection, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
    """Return at most *limit* rows, newest first."""
    rows = await connection.fetch(
        _PAGE,
        wanted.employee_id,
        wanted.before,
        wanted.actor,
        wanted.action,
        None if wanted.person is None else wanted.person.lower(),
        wanted.is_viewer,
        wanted.is_viewed,
        limit,
    )
    return [_link(row) for row in rows]


async def about_between(
    connection: AnyConnection, employee_id: int, start: datetime, end: datetime, limit: int
) -> list[AuditEntry]:
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
    """Return the hash of one entry, removed or not; None when nothing proves that it was."""
    found: bytes | None = await connection.fetchval(_HASH, audit_id)
    return found


async def concerns(
    connection: AnyConnection, audit_id: int, actor: str, employee_id: int, since: datetime
) -> bool:
    """Tell whether that row is of this actor, not older, and concerns the employee."""
    return bool(await connection.fetchval(_CONCERNS, audit_id, actor, employee_id, since))


async def remove_before(connection: AnyConnection, moment: datetime) -> Removal:
    """Remove the entries older than *moment* at the beginning, as far as the database allows.

    Needs a transaction, in which an entry is appended that says what was removed.
    """
    row = await connection.fetchrow(_REMOVE, moment)
    assert row is not None  # noqa: S101 -- a function returns one row
    return Removal(*row)


async def count_before(connection: AnyConnection, moment: datetime) -> int:
    """Return how many entries `remove_before` would remove."""
    count: int = await connection.fetchval(_COUNT_OLD, moment)
    return count


async def set_retention_days(connection: AnyConnection, days: int) -> None:
    """Let no entry be removed that is younger. Needs the owner of the schema."""
    await connection.execute(_SET_RETENTION, days)


async def has_proof(connection: AnyConnection) -> bool:
    """Tell whether some entry was written by a version whose removals leave a proof."""
    return bool(await connection.fetchval(_HAS_PROOF))


async def has_users(connection: AnyConnection) -> bool:
    """Tell whether somebody may sign in: adding a user is on record."""
    return bool(await connection.fetchval(_HAS_USERS))


def _link(row: asyncpg.Record) -> AuditEntry:
    return AuditEntry(*row)
