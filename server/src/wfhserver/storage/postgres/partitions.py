"""Day partitions of the two big tables: made ahead, dropped whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import asyncpg

from wfhserver.storage.postgres.connection import AnyConnection

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
_ONE_MAKER = "SELECT pg_advisory_xact_lock(x'77666803'::bigint)"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Partition:
    """One day of one table."""

    table: str
    day: date

    @property
    def name(self) -> str:
        """Its own table name; made of a known name and digits only."""
        return f"{self.table}_{self.day:%Y%m%d}"

    @property
    def bounds(self) -> str:
        """Its FOR VALUES clause: UTC days for heartbeats, workdays for logs."""
        start, end = self.day, self.day + timedelta(days=1)
        if self.table == "employee_logs":
            return f"FROM ('{start}') TO ('{end}')"
        moments = [datetime.combine(each, time(), UTC).isoformat() for each in (start, end)]
        return f"FROM ('{moments[0]}') TO ('{moments[1]}')"


async def list_partitions(connection: AnyConnection) -> list[Partition]:
    """Return every partition there is."""
    names = [_NAME.match(row["relname"]) for row in await connection.fetch(_LIST)]
    return [
        Partition(table=found[1], day=date.fromisoformat(found[2]))
        for found in names
        if found is not None
    ]


async def make_partitions(connection: AnyConnection, days: Sequence[date]) -> int:
    """Make what is missing for *days*; return how many were made."""
    wanted = {
        Partition(table=table, day=day)
        for table in ("employee_heartbeats", "employee_logs")
        for day in days
    }
    async with connection.transaction():
        await connection.execute(_LOCK_TIMEOUT)
        await connection.execute(_ONE_MAKER)
        missing = sorted(wanted - set(await list_partitions(connection)))
        for partition in missing:
            await _make(connection, partition)
    return len(missing)


async def _make(connection: AnyConnection, partition: Partition) -> None:
    # CREATE TABLE ... PARTITION OF would stop everybody's inserts; ATTACH does not.
    await connection.execute(
        f"CREATE TABLE {partition.name} (LIKE {partition.table}"
        " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
    )
    await connection.execute(
        f"ALTER TABLE {partition.table} ATTACH PARTITION {partition.name}"
        f" FOR VALUES {partition.bounds}"
    )


async def drop_partitions(
    connection: AnyConnection, partitions: Iterable[Partition]
) -> list[Partition]:
    """Drop *partitions*; return those that were in use, which the next run will drop."""
    postponed = []
    for partition in partitions:
        try:
            async with connection.transaction():
                await connection.execute(_LOCK_TIMEOUT)
                await connection.execute(f"DROP TABLE {partition.name}")
        except asyncpg.LockNotAvailableError:
            postponed.append(partition)
    return postponed
