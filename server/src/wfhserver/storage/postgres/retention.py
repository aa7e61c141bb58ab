"""What forgetting needs of the database."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta

import asyncpg

from wfhserver.models.retention import RetentionRun
from wfhserver.storage.postgres import audit
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.latest_facts import LATEST_FACTS
from wfhserver.storage.postgres.partitions import (
    Partition,
    drop_partitions,
    list_partitions,
    make_partitions,
)
from wfhserver.storage.postgres.unlocked import unlocked

# Any number will do that nobody else uses in this database.
_LOCK_KEY = 0x77_66_68_01
_TRY_LOCK = f"SELECT pg_try_advisory_lock({_LOCK_KEY})"
_UNLOCK = f"SELECT pg_advisory_unlock({_LOCK_KEY})"
_UNLOCK_SECONDS = 2.0

_AGENTS_ON_HOLD = "SELECT agent_id FROM agents JOIN legal_holds USING (employee_id)"
# The agents on hold are a parameter: with several nodes, these tables are not where the holds are.
_MISSED = "FROM employee_missed_logs WHERE workday < $1 AND agent_id <> ALL ($2::int[])"
_RELEASED = (
    'FROM employee_heartbeats_held WHERE "timestamp" < $1 AND agent_id <> ALL ($2::int[])',
    "FROM employee_logs_held WHERE workday < $1 AND agent_id <> ALL ($2::int[])",
)
# What a device reported about itself in its last heartbeat; the time of the heartbeat stays.
_FACT_NAMES = ("health", "extra", *LATEST_FACTS)
_FACTS = f"""
FROM agent_presence WHERE last_seen < $1 AND num_nonnulls({", ".join(_FACT_NAMES)}) > 0
                      AND agent_id <> ALL ($2::int[])
"""
# One that comes back just now is left alone.
_FORGET_FACTS = f"""
UPDATE agent_presence SET {", ".join(f"{name} = NULL" for name in _FACT_NAMES)}
 WHERE {unlocked(_FACTS)}
"""  # noqa: S608 -- our own condition
# What a silent device had goes with its facts.
_FORGET_PLUGINS = """
DELETE FROM agent_plugins AS g USING agent_presence AS p
 WHERE p.agent_id = g.agent_id AND p.last_seen < $1 AND g.agent_id <> ALL ($2::int[])
"""
# The logs that these are from go with their day.
_FORGET_LOG_FACTS = "DELETE FROM agent_log_facts WHERE workday < $1 AND agent_id <> ALL ($2::int[])"
_FORGET_ALERTS = """
DELETE FROM fact_alerts WHERE resolved_at < $1 AND agent_id <> ALL ($2::int[])
"""
_FORGET_RESOLVED = """
DELETE FROM alerts
 WHERE resolved_at < $1 AND NOT EXISTS (SELECT FROM legal_holds AS h
                                         WHERE h.employee_id = alerts.employee_id)
"""
_FORGET_MESSAGES = """
DELETE FROM messages
 WHERE ended_at < $1 AND NOT employee_ids && ARRAY(SELECT employee_id FROM legal_holds)
"""
_FORGET_PLUGIN_SETS = """
DELETE FROM plugin_sets AS s
 WHERE s.reported_at < $1
   AND NOT EXISTS (SELECT FROM agent_plugins AS g WHERE g.plugin_set_id = s.plugin_set_id)
"""
# What it takes to undo an import of employees: their profiles before.
_FORGET_IMPORTS = "DELETE FROM employee_imports WHERE imported_at < $1"
_FORGET_LEAVE = """
DELETE FROM leave_ranges AS l WHERE last_day < $1
   AND NOT EXISTS (SELECT FROM legal_holds AS h WHERE h.employee_id = l.employee_id)
"""
_FORGET_ATTENDANCE = """
DELETE FROM attendance_days AS d WHERE day < $1
   AND NOT EXISTS (SELECT FROM legal_holds AS h WHERE h.employee_id = d.employee_id)
"""
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
_RUN_RETENTION = timedelta(days=30)

RemoveAudit = Callable[[AnyConnection, datetime], Awaitable[int]]


class PostgresRetention:
    """The steps of retention; while one process has this, no other runs them."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def make_partitions(self, days: Sequence[date]) -> int:
        """Make what is missing for *days*; return how many."""
        return await make_partitions(self._connection, days)

    async def partitions_before(self, day: date) -> list[Partition]:
        """Return the partitions of days before *day*."""
        return [each for each in await list_partitions(self._connection) if each.day < day]

    async def drop(self, partitions: Sequence[Partition]) -> dict[Partition, str | None]:
        """Drop them, except rows on legal hold; return those that stay, as `drop_partitions`."""
        return await drop_partitions(self._connection, partitions)

    async def delete_missed(self, before: date, *, dry_run: bool) -> int:
        """Delete missed slots before *before*, except those on hold; return how many."""
        return await self._delete(_MISSED, before, await self._agents_on_hold(), dry_run=dry_run)

    async def delete_released(self, before: date, *, dry_run: bool) -> int:
        """Delete what is older and was on a legal hold that has ended; return how many rows."""
        (heartbeats, logs), on_hold = _RELEASED, await self._agents_on_hold()
        start = datetime.combine(before, time(), UTC)
        count = await self._delete(heartbeats, start, on_hold, dry_run=dry_run)
        return count + await self._delete(logs, before, on_hold, dry_run=dry_run)

    async def delete_facts(self, before: date, *, dry_run: bool) -> int:
        """Forget the reports of devices that are silent since *before*; return how many devices."""
        start, on_hold = datetime.combine(before, time(), UTC), await self._agents_on_hold()
        if dry_run:
            count: int = await self._connection.fetchval(
                f"SELECT count(*) {_FACTS}", start, on_hold
            )
            return count
        await self._connection.execute(_FORGET_PLUGINS, start, on_hold)
        await self._connection.execute(_FORGET_PLUGIN_SETS, start)
        await self._connection.execute(_FORGET_ALERTS, start, on_hold)
        await self._connection.execute(_FORGET_RESOLVED, start)
        await self._connection.execute(_FORGET_MESSAGES, start)
        await self._connection.execute(_FORGET_LOG_FACTS, before, on_hold)
        await self._connection.execute(_FORGET_IMPORTS, start)
        await self._connection.execute(_FORGET_LEAVE, before)
        await self._connection.execute(_FORGET_ATTENDANCE, before)
        status: str = await self._connection.execute(_FORGET_FACTS, start, on_hold)
        return int(status.rpartition(" ")[2])

    async def test_logs_before(self, moment: datetime) -> int:
        """Return how many test logs arrived before *moment*, except those on hold."""
        return await self._delete(_TEST_LOGS, moment, await self._agents_on_hold(), dry_run=True)

    async def delete_test_logs(self, before: datetime) -> list[str | None]:
        """Delete test logs that arrived *before*, except on hold; return their screenshots."""
        rows = await self._connection.fetch(
            f"DELETE {_TEST_LOGS} RETURNING screenshot_path",
            before,
            await self._agents_on_hold(),
        )
        return [row["screenshot_path"] for row in rows]

    async def delete_sessions(self, now: datetime, *, dry_run: bool) -> int:
        """Delete the sessions that have ended; return how many."""
        return await self._delete(_SESSIONS, now, dry_run=dry_run)

    async def delete_attempts(self, until: datetime, *, dry_run: bool) -> int:
        """Delete the attempts to sign in until then; return how many."""
        return await self._delete(_ATTEMPTS, until, dry_run=dry_run)

    async def delete_audit(self, before: datetime, remove: RemoveAudit | None) -> int:
        """Let *remove* take the beginning of the audit; without it, return how much would go."""
        if remove is None:
            return await audit.count_before(self._connection, before)
        return await remove(self._connection, before)

    async def paths_before(self, day: date, *, on_hold_only: bool) -> dict[date, set[str]]:
        """Return the screenshots that rows of days before *day* name, by day."""
        found: dict[date, set[str]] = defaultdict(set)
        agents = await self._agents_on_hold() if on_hold_only else None
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
        await self._connection.execute(_FORGET_RUNS, ended - _RUN_RETENTION)

    async def _agents_on_hold(self) -> list[int]:
        return [row["agent_id"] for row in await self._connection.fetch(_AGENTS_ON_HOLD)]

    async def _delete(self, rows: str, *arguments: object, dry_run: bool) -> int:
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
    async with database.without_timeout() as connection:
        if not await connection.fetchval(_TRY_LOCK):
            yield None
            return
        try:
            yield PostgresRetention(connection)
        finally:
            # Also when a step failed: the server may notice a closed connection only after the
            # next run has asked. What ended the run is reported, not that its connection is gone.
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.execute(_UNLOCK, timeout=_UNLOCK_SECONDS)
