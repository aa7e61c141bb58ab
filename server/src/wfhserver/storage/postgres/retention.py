"""What forgetting needs of the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.partitions import (
    Partition,
    drop_partitions,
    list_partitions,
    make_partitions,
)

# Any number will do that nobody else uses in this database.
_LOCK_KEY = 0x77_66_68_01
_TRY_LOCK = f"SELECT pg_try_advisory_lock({_LOCK_KEY})"
_UNLOCK = f"SELECT pg_advisory_unlock({_LOCK_KEY})"

_COUNT_MISSED = "SELECT count(*) FROM employee_missed_logs WHERE workday < $1"
_FORGET_MISSED = """
WITH gone AS (DELETE FROM employee_missed_logs WHERE workday < $1 RETURNING 1)
SELECT count(*) FROM gone
"""
_PATHS_OF_DAY = """
SELECT screenshot_path FROM employee_logs WHERE workday = $1 AND screenshot_path IS NOT NULL
"""
_DAYS_WITH_SCREENSHOTS = """
SELECT DISTINCT workday FROM employee_logs WHERE screenshot_path IS NOT NULL ORDER BY workday
"""


class PostgresRetention:
    """The steps of forgetting; whoever holds one is the only one at work."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def make_partitions(self, days: Sequence[date]) -> int:
        """Make what is missing for *days*; return how many."""
        return await make_partitions(self._connection, days)

    async def partitions_before(self, day: date) -> list[Partition]:
        """Return the partitions of days before *day*."""
        return [each for each in await list_partitions(self._connection) if each.day < day]

    async def drop(self, partitions: Sequence[Partition]) -> list[Partition]:
        """Drop them; return those that are in use and stay for the next run."""
        return await drop_partitions(self._connection, partitions)

    async def forget_missed(self, before: date, *, dry_run: bool) -> int:
        """Delete the missed slots of days before *before*; return how many."""
        sql = _COUNT_MISSED if dry_run else _FORGET_MISSED
        count: int = await self._connection.fetchval(sql, before)
        return count

    async def screenshot_days(self) -> list[date]:
        """Return the days whose rows name a screenshot."""
        return [row["workday"] for row in await self._connection.fetch(_DAYS_WITH_SCREENSHOTS)]

    async def screenshot_paths(self, day: date) -> set[str]:
        """Return every screenshot that rows of *day* name."""
        rows = await self._connection.fetch(_PATHS_OF_DAY, day)
        return {row["screenshot_path"] for row in rows}


@asynccontextmanager
async def exclusive_retention(database: Database) -> AsyncIterator[PostgresRetention | None]:
    """Yield the steps, or None when another worker is at it."""
    async with database.connection() as connection:
        if not await connection.fetchval(_TRY_LOCK):
            yield None
            return
        try:
            yield PostgresRetention(connection)
        finally:
            if not connection.is_closed():
                await connection.execute(_UNLOCK)
