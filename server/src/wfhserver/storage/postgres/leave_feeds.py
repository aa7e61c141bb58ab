"""Calendars from which leave is read, as rows."""

from datetime import datetime
from typing import Final

import msgspec

from wfhserver.models.schedules import LeaveRange
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import FURTHER

_NAMES: Final = "SELECT feed_id, name FROM leave_feeds"
_COLUMNS: Final = """
feed_id, name, url, employee_id, created_at, created_by, fetched_at, problem, range_count,
unmatched_count"""
_LIST: Final = f"SELECT {_COLUMNS} FROM leave_feeds ORDER BY name"  # noqa: S608
_ONE: Final = f"SELECT {_COLUMNS} FROM leave_feeds WHERE feed_id = $1"  # noqa: S608
_ADD: Final = """
INSERT INTO leave_feeds (name, url, employee_id, created_at, created_by)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING feed_id
"""
_DELETE: Final = "DELETE FROM leave_feeds WHERE feed_id = $1"
# Its time is that of the attempt: several workers look, and one reads.
_CLAIM: Final = f"""
UPDATE leave_feeds SET fetched_at = $1
 WHERE feed_id = (SELECT feed_id FROM leave_feeds WHERE fetched_at IS NULL OR fetched_at <= $2
                   ORDER BY fetched_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING {_COLUMNS}
"""  # noqa: S608 -- our own columns
_FAIL: Final = "UPDATE leave_feeds SET fetched_at = $2, problem = $3 WHERE feed_id = $1"
_FINISH: Final = """
UPDATE leave_feeds SET fetched_at = $2, problem = NULL, range_count = $3, unmatched_count = $4
 WHERE feed_id = $1 RETURNING feed_id
"""
_RANGES: Final = """
SELECT leave_id, employee_id, first_day, last_day, feed_id FROM leave_ranges WHERE feed_id = $1
"""
_PEOPLE: Final = f"""
SELECT employee_id, username, display_name, email, {FURTHER} AS further_usernames
  FROM employees AS e
"""  # noqa: S608 -- our own expression


class LeaveFeed(msgspec.Struct, frozen=True):
    """A calendar; *fetched_at* is when the server last tried to read it."""

    feed_id: int
    name: str
    url: str
    employee_id: int | None
    created_at: datetime
    created_by: str
    fetched_at: datetime | None
    problem: str | None
    range_count: int
    unmatched_count: int


class NamedEmployee(msgspec.Struct, frozen=True):
    """An employee with what a calendar may say of whom an event is."""

    employee_id: int
    username: str
    display_name: str | None
    email: str | None
    further_usernames: list[str] = []


async def names(connection: AnyConnection) -> dict[int, str]:
    """Return the names of the calendars by number."""
    return {row["feed_id"]: row["name"] for row in await connection.fetch(_NAMES)}


async def feeds(connection: AnyConnection) -> list[LeaveFeed]:
    """Return the calendars by name."""
    return [LeaveFeed(**row) for row in await connection.fetch(_LIST)]


async def one(connection: AnyConnection, feed_id: int) -> LeaveFeed | None:
    """Return a calendar; None when there is no such."""
    row = await connection.fetchrow(_ONE, feed_id)
    return None if row is None else LeaveFeed(**row)


async def add(
    connection: AnyConnection, name: str, url: str, employee_id: int | None, by: str, at: datetime
) -> int | None:
    """Store a calendar; return its number, None when the name is taken."""
    number: int | None = await connection.fetchval(_ADD, name, url, employee_id, at, by)
    return number


async def delete(connection: AnyConnection, feed_id: int) -> None:
    """Delete a calendar; its leave has to be gone before."""
    await connection.execute(_DELETE, feed_id)


async def claim(connection: AnyConnection, now: datetime, before: datetime) -> LeaveFeed | None:
    """Return a calendar that was not read since *before*, for this worker to read it."""
    row = await connection.fetchrow(_CLAIM, now, before)
    return None if row is None else LeaveFeed(**row)


async def fail(connection: AnyConnection, feed_id: int, at: datetime, problem: str) -> None:
    """Store why a calendar could not be read; its leave stays as it is."""
    await connection.execute(_FAIL, feed_id, at, problem)


async def finish(
    connection: AnyConnection, feed_id: int, at: datetime, *, ranges: int, unmatched: int
) -> bool:
    """Store that a calendar was read; False when it was deleted meanwhile."""
    return await connection.fetchval(_FINISH, feed_id, at, ranges, unmatched) is not None


async def ranges_of(connection: AnyConnection, feed_id: int) -> list[LeaveRange]:
    """Return the leave that was read from a calendar."""
    return [LeaveRange(*row) for row in await connection.fetch(_RANGES, feed_id)]


async def people(connection: AnyConnection) -> list[NamedEmployee]:
    """Return everybody whom an event may be of."""
    return [NamedEmployee(**row) for row in await connection.fetch(_PEOPLE)]
