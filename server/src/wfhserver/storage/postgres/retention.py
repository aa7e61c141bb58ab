"""What forgetting needs of the database."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

from wfhserver.models.retention import RetentionRun
from wfhserver.storage.postgres import audit
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

_HELD_AGENTS = "SELECT agent_id FROM agents JOIN legal_holds USING (employee_id)"
# Who is held comes as a parameter: on several nodes these tables lie apart from the holds.
_MISSED = "FROM employee_missed_logs WHERE workday < $1 AND agent_id <> ALL ($2::int[])"
_RELEASED = (
    'FROM employee_heartbeats_held WHERE "timestamp" < $1 AND agent_id <> ALL ($2::int[])',
    "FROM employee_logs_held WHERE workday < $1 AND agent_id <> ALL ($2::int[])",
)
# What a machine said of itself in its last heartbeat; when that was stays.
_FACTS = """
FROM agent_presence WHERE last_seen < $1 AND num_nonnulls(health, extra, time_zone) > 0
                      AND agent_id <> ALL ($2::int[])
"""
# One that comes back just now is left alone.
_FORGET_FACTS = f"""
UPDATE agent_presence SET health = NULL, extra = NULL, time_zone = NULL
 WHERE agent_id IN (SELECT agent_id {_FACTS} FOR UPDATE SKIP LOCKED)
"""  # noqa: S608 -- our own condition
# By the index of the test logs, which are few, and not by day.
_TEST_LOGS = """
FROM employee_logs WHERE slot = 0 AND received_at < $1 AND agent_id <> ALL ($2::int[])
"""
_SESSIONS = "FROM sessions WHERE expires_at <= $1"
_ATTEMPTS = "FROM login_attempts WHERE at <= $1"
_PATHS_OF_DAY = """
SELECT screenshot_path FROM employee_logs WHERE workday = $1 AND screenshot_path IS NOT NULL
"""
_PATHS_BEFORE = """
SELECT workday, screenshot_path FROM employee_logs
 WHERE workday < $1 AND screenshot_path IS NOT NULL
   AND ($2::int[] IS NULL OR agent_id = ANY ($2::int[]))
"""
_DAYS_WITH_SCREENSHOTS = """
SELECT DISTINCT workday FROM employee_logs WHERE screenshot_path IS NOT NULL ORDER BY workday
"""
_ADD_RUN = """
INSERT INTO retention_runs (ended_at, started_at, counts, failures) VALUES ($1, $2, $3, $4)
ON CONFLICT (ended_at) DO UPDATE SET started_at = excluded.started_at, counts = excluded.counts,
  failures = excluded.failures
"""
_FORGET_RUNS = "DELETE FROM retention_runs WHERE ended_at < $1"
_READ_RUNS = "SELECT started_at, ended_at, counts FROM retention_runs ORDER BY ended_at DESC"
_RUNS_KEPT = timedelta(days=30)

RemoveAudit = Callable[[AnyConnection, datetime], Awaitable[int]]


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

    async def drop(self, partitions: Sequence[Partition]) -> dict[Partition, str | None]:
        """Drop them, but for held rows; return as `drop_partitions` those that stay."""
        return await drop_partitions(self._connection, partitions)

    async def forget_missed(self, before: date, *, dry_run: bool) -> int:
        """Delete the missed slots of days before *before*, of nobody held; return how many."""
        return await self._forget(_MISSED, before, await self._held(), dry_run=dry_run)

    async def forget_released(self, before: date, *, dry_run: bool) -> int:
        """Delete what is older and was held, of those who are held no more; return how many."""
        (heartbeats, logs), held = _RELEASED, await self._held()
        start = datetime.combine(before, time(), UTC)
        count = await self._forget(heartbeats, start, held, dry_run=dry_run)
        return count + await self._forget(logs, before, held, dry_run=dry_run)

    async def forget_facts(self, before: date, *, dry_run: bool) -> int:
        """Forget what machines said that have been silent since *before*; return of how many."""
        start, held = datetime.combine(before, time(), UTC), await self._held()
        if dry_run:
            count: int = await self._connection.fetchval(f"SELECT count(*) {_FACTS}", start, held)
            return count
        status: str = await self._connection.execute(_FORGET_FACTS, start, held)
        return int(status.rpartition(" ")[2])

    async def test_logs_before(self, moment: datetime) -> int:
        """Return how many test logs, of nobody held, arrived before *moment*."""
        return await self._forget(_TEST_LOGS, moment, await self._held(), dry_run=True)

    async def delete_test_logs(self, before: datetime) -> list[str | None]:
        """Delete the test logs of nobody held that arrived *before*; return their screenshots."""
        rows = await self._connection.fetch(
            f"DELETE {_TEST_LOGS} RETURNING screenshot_path",
            before,
            await self._held(),
        )
        return [row["screenshot_path"] for row in rows]

    async def forget_sessions(self, now: datetime, *, dry_run: bool) -> int:
        """Delete the sessions that have ended; return how many."""
        return await self._forget(_SESSIONS, now, dry_run=dry_run)

    async def forget_attempts(self, until: datetime, *, dry_run: bool) -> int:
        """Delete the attempts to sign in until then; return how many."""
        return await self._forget(_ATTEMPTS, until, dry_run=dry_run)

    async def forget_audit(self, before: datetime, remove: RemoveAudit | None) -> int:
        """Let *remove* take the beginning of the audit; without it, return how much would go."""
        if remove is None:
            return await audit.count_before(self._connection, before)
        return await remove(self._connection, before)

    async def paths_before(self, day: date, *, held_only: bool) -> dict[date, set[str]]:
        """Return the screenshots that rows of days before *day* name, by day."""
        found: dict[date, set[str]] = defaultdict(set)
        agents = await self._held() if held_only else None
        for row in await self._connection.fetch(_PATHS_BEFORE, day, agents):
            found[row["workday"]].add(row["screenshot_path"])
        return found

    async def note_run(
        self, started: datetime, ended: datetime, counts: dict[str, int], failures: dict[str, str]
    ) -> None:
        """Remember what a run did, for those who ask later; forget runs of a month ago."""
        await self._connection.execute(
            _ADD_RUN, ended, started, json.dumps(counts), json.dumps(failures)
        )
        await self._connection.execute(_FORGET_RUNS, ended - _RUNS_KEPT)

    async def _held(self) -> list[int]:
        return [row["agent_id"] for row in await self._connection.fetch(_HELD_AGENTS)]

    async def _forget(self, rows: str, *arguments: object, dry_run: bool) -> int:
        if dry_run:
            count: int = await self._connection.fetchval(f"SELECT count(*) {rows}", *arguments)
            return count
        status: str = await self._connection.execute(f"DELETE {rows}", *arguments)
        return int(status.rpartition(" ")[2])

    async def screenshot_days(self) -> list[date]:
        """Return the days whose rows name a screenshot."""
        return [row["workday"] for row in await self._connection.fetch(_DAYS_WITH_SCREENSHOTS)]

    async def screenshot_paths(self, day: date) -> set[str]:
        """Return every screenshot that rows of *day* name."""
        rows = await self._connection.fetch(_PATHS_OF_DAY, day)
        return {row["screenshot_path"] for row in rows}


async def runs(database: Database) -> list[RetentionRun]:
    """Return the runs of the last month, newest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(_READ_RUNS)
    return [
        RetentionRun(row["started_at"], row["ended_at"], json.loads(row["counts"])) for row in rows
    ]


@asynccontextmanager
async def exclusive_retention(database: Database) -> AsyncIterator[PostgresRetention | None]:
    """Yield the steps, or None when another worker is at it."""
    # Its own connection: deleting may take long, and a worker that dies frees the lock.
    async with database.patient() as connection:
        if await connection.fetchval(_TRY_LOCK):
            yield PostgresRetention(connection)
            # The server may notice a closed connection only after the next run has asked.
            await connection.execute(_UNLOCK)
        else:
            yield None
