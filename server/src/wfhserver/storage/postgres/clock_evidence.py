"""What the database knows of time: its own clock, and the newest moments that it holds."""

import json
from datetime import datetime

from wfhserver.storage.interface import ClockEvidence
from wfhserver.storage.postgres.connection import AnyConnection, Database

_READ = """
SELECT clock_timestamp() AS database_now, run.ended_at AS last_run,
       (SELECT max(last_seen) FROM agent_presence) AS newest_seen, run.failures
  FROM (SELECT) AS nothing
  LEFT JOIN LATERAL (SELECT ended_at, failures FROM retention_runs
                      ORDER BY ended_at DESC LIMIT 1) AS run ON true
"""
_BOUND = "UPDATE agent_presence SET last_seen = $1 WHERE last_seen > $1"
_ADD_CONFIRMATION = """
INSERT INTO retention_runs (ended_at, started_at, counts) VALUES ($1, $1, '{}')
ON CONFLICT DO NOTHING
"""
_FORGET_LATER_RUNS = "DELETE FROM retention_runs WHERE ended_at > $1"


async def read(database: Database) -> ClockEvidence:
    """Return what is known."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_READ)
    assert row is not None  # noqa: S101 -- of one row
    return ClockEvidence(
        database_now=row["database_now"],
        last_run=row["last_run"],
        newest_seen=row["newest_seen"],
        failures=json.loads(row["failures"] or "{}"),
    )


async def bound_last_seen(database: Database, now: datetime) -> int:
    """Move what was last seen after *now* back to it; return how many devices."""
    async with database.connection() as connection:
        return await _bound(connection, now)


async def confirm(connection: AnyConnection, now: datetime) -> None:
    """Forget whatever says that *now* is not the time, and note that it is. In a transaction."""
    await connection.execute(_FORGET_LATER_RUNS, now)
    await connection.execute(_ADD_CONFIRMATION, now)
    await _bound(connection, now)


async def _bound(connection: AnyConnection, now: datetime) -> int:
    status: str = await connection.execute(_BOUND, now)
    return int(status.rpartition(" ")[2])
