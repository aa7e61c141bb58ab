"""Day partitions of the two big tables: made ahead, dropped whole.

The schema's own functions do both, so that the role of the server needs no right to make tables.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import asyncpg

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.distribution import SEQUENTIAL

HEARTBEATS: Final = "employee_heartbeats"
LOGS: Final = "employee_logs"
_NAME = re.compile(r"\A(employee_heartbeats|employee_logs)_(\d{8})\Z")
_LIST = """
SELECT c.relname FROM pg_inherits AS i
  JOIN pg_class AS c ON c.oid = i.inhrelid
  JOIN pg_class AS parent ON parent.oid = i.inhparent
 WHERE parent.relname IN ('employee_heartbeats', 'employee_logs')
   AND parent.relnamespace = current_schema()::regnamespace
 ORDER BY c.relname
"""
# A long query of somebody must not make the heartbeats queue behind this statement's lock.
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"
_MAKE = "SELECT make_day_partition($1, $2)"
_DROP = "SELECT drop_day_partition($1, $2)"
# Each has waited for a second.
_ATTEMPTS: Final = 3
_IS_MADE = "SELECT to_regclass($1) IS NOT NULL"
_ONE_MAKER = "SELECT pg_advisory_xact_lock(x'77666803'::bigint)"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Partition:
    """One day of one table."""

    table: str
    day: date

    @property
    def name(self) -> str:
        """Its own table name, as `make_day_partition` of the schema gives it."""
        return f"{self.table}_{self.day:%Y%m%d}"


async def list_partitions(connection: AnyConnection) -> list[Partition]:
    """Return every partition there is."""
    names = [_NAME.match(row["relname"]) for row in await connection.fetch(_LIST)]
    return [
        Partition(table=found[1], day=date.fromisoformat(found[2]))
        for found in names
        if found is not None
    ]


async def make_partitions(connection: AnyConnection, days: Sequence[date]) -> int:
    """Make what is missing for *days*; return how many were made.

    Each in a transaction of its own: on Citus, one has locks on every shard, and those of months
    would be more than PostgreSQL has room for.
    """
    wanted = {Partition(table=table, day=day) for table in (HEARTBEATS, LOGS) for day in days}
    missing = sorted(wanted - set(await list_partitions(connection)))
    return sum([await _make(connection, partition) for partition in missing])


async def _make(connection: AnyConnection, partition: Partition) -> bool:
    """Make a partition; false where another worker has made it, or it cannot be."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with connection.transaction():
                await connection.execute(_LOCK_TIMEOUT)
                await connection.execute(SEQUENTIAL)
                await connection.execute(_ONE_MAKER)
                if await connection.fetchval(_IS_MADE, partition.name):
                    return False
                return await _create(connection, partition)
        except asyncpg.LockNotAvailableError:
            # Somebody reads the table, or makes this very partition.
            if attempt == _ATTEMPTS:
                raise
    return False


async def _create(connection: AnyConnection, partition: Partition) -> bool:
    try:
        async with connection.transaction():
            await connection.execute(_MAKE, partition.table, partition.day)
    except asyncpg.InvalidObjectDefinitionError:
        # The retention was lengthened over days that went already, but for what is held of them:
        # the partition of the held rows takes that day.
        return False
    return True


async def drop_partitions(
    connection: AnyConnection, partitions: Iterable[Partition]
) -> dict[Partition, str | None]:
    """Drop *partitions*, and keep the rows of employees on legal hold.

    Returns those that stay for the next run, each with why, or None where it was in use or comes
    after one that stays. Days go in order: rows on hold end up in a table for all older days.
    """
    postponed: dict[Partition, str | None] = {}
    for partition in sorted(partitions):
        if any(each.table == partition.table for each in postponed):
            postponed[partition] = None
            continue
        try:
            async with connection.transaction():
                await connection.execute(_LOCK_TIMEOUT)
                await connection.execute(SEQUENTIAL)
                await connection.execute(_DROP, partition.table, partition.day)
        except asyncpg.LockNotAvailableError:
            postponed[partition] = None
        except asyncpg.PostgresError as error:
            postponed[partition] = f"PostgreSQL refused it ({type(error).__name__})."
    return postponed
