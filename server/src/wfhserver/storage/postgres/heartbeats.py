"""The writer of the heartbeats: one connection, prepared statements, one commit per batch.

Agents are found without a lock. What was decided by that still holds when their `last_seq` has not
moved, and the update looks; where another worker came between, its agents are decided anew.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg

from wfhserver.models.agents import KnownAgent
from wfhserver.storage.interface import AgentMoment, HeartbeatChanges, MissedLog, PresenceChange
from wfhserver.storage.postgres import runs
from wfhserver.storage.postgres.agents import IDENTITY_CERTAIN
from wfhserver.storage.postgres.connection import (
    BACKEND,
    COMMAND_SECONDS,
    Connection,
    connect,
    translated,
)
from wfhserver.storage.postgres.partitions import HEARTBEATS

# In the order of KnownAgent's fields, behind the hash.
_FIND_AGENTS = """
SELECT a.token_hash, a.agent_id, a.agent_uuid, e.username, a.hostname,
       a.revoked_at IS NOT NULL AS revoked, a.previous_token_hash IS NOT NULL AS confirms,
       p.last_seq, a.blocked, p.run_id
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 WHERE a.token_hash = ANY ($1::bytea[])
"""
# Those that have not used their new token yet.
_FIND_LATE_AGENTS = """
SELECT a.previous_token_hash, a.agent_id, a.agent_uuid, e.username, a.hostname,
       a.revoked_at IS NOT NULL AS revoked, false AS confirms, p.last_seq, a.blocked, p.run_id
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 WHERE a.previous_token_hash = ANY ($1::bytea[])
"""
# What is read after the wait is what the other writer has committed. In order: no deadlock.
_LOCKED = " ORDER BY p.agent_id FOR UPDATE OF p"

_ADD_HISTORY = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT * FROM unnest($1::timestamptz[], $2::int[], $3::smallint[])
"""

# For each a search in the partition of its day, by the index that begins with the agent.
_STORED_MOMENTS = """
SELECT h.agent_id, h."timestamp"
  FROM unnest($1::int[], $2::timestamptz[]) AS m (agent_id, moment)
  JOIN employee_heartbeats AS h ON h.agent_id = m.agent_id AND h."timestamp" = m.moment
"""

# The newest facts win; a backlog (older than last_seen) only fills what nobody has said yet. What
# was seen after $11 was seen by a clock that was wrong, and is no newer than anything.
_IS_OLDER = "p.last_seen > c.last_seen AND p.last_seen <= $11"
_UPDATE_PRESENCE = f"""
UPDATE agent_presence AS p
   SET last_seen = CASE WHEN {_IS_OLDER} THEN p.last_seen ELSE c.last_seen END,
       last_seq = greatest(p.last_seq, c.last_seq),
       status = CASE WHEN {_IS_OLDER} THEN p.status ELSE c.status END,
       skew_seconds = CASE WHEN {_IS_OLDER}
                           THEN p.skew_seconds ELSE c.skew_seconds END,
       agent_version = CASE WHEN {_IS_OLDER}
                            THEN coalesce(p.agent_version, c.agent_version)
                            ELSE coalesce(c.agent_version, p.agent_version) END,
       health = CASE WHEN {_IS_OLDER} THEN coalesce(p.health, c.health::jsonb)
                     ELSE coalesce(c.health::jsonb, p.health) END,
       extra = CASE WHEN {_IS_OLDER} THEN coalesce(p.extra, c.extra::jsonb)
                    ELSE coalesce(c.extra::jsonb, p.extra) END,
       time_zone = CASE WHEN {_IS_OLDER} THEN coalesce(p.time_zone, c.time_zone)
                        ELSE coalesce(c.time_zone, p.time_zone) END
  FROM unnest($1::int[], $2::timestamptz[], $3::smallint[], $4::float8[], $5::bigint[],
              $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[])
         AS c (agent_id, last_seen, status, skew_seconds, last_seq, agent_version, health, extra,
               time_zone, known_seq)
 WHERE p.agent_id = c.agent_id AND p.last_seq IS NOT DISTINCT FROM c.known_seq
RETURNING p.agent_id
"""  # noqa: S608 -- our own condition

# Not correlated with the unnest: Citus could not plan that.
_ADD_MISSED = """
INSERT INTO employee_missed_logs (workday, agent_id, slot, reason, awake_from, awake_until)
SELECT m.* FROM unnest($1::date[], $2::int[], $3::smallint[], $4::text[], $5::timestamptz[],
                       $6::timestamptz[])
         AS m (workday, agent_id, slot, reason, awake_from, awake_until)
 WHERE (m.workday, m.agent_id, m.slot) NOT IN (
   SELECT workday, agent_id, slot FROM employee_logs
    WHERE workday = ANY ($1::date[]) AND agent_id = ANY ($2::int[]) AND slot > 0)
ON CONFLICT (agent_id, workday, slot) DO UPDATE
   SET reason = excluded.reason, awake_from = excluded.awake_from,
       awake_until = excluded.awake_until
"""

# Who may be somebody else under the same name hears of no other agent's days.
_SAME_DEVICE = f"""
SELECT a.agent_id AS asking, other.agent_id
  FROM agents AS a JOIN agents AS other USING (employee_id, hostname)
 WHERE a.agent_id = ANY ($1::int[]) AND other.agent_id <> a.agent_id AND {IDENTITY_CERTAIN}
"""  # noqa: S608 -- our own condition
_SLOTS_OF = """
SELECT agent_id, workday, slot FROM employee_logs
 WHERE workday = ANY ($1::date[]) AND agent_id = ANY ($2::int[]) AND slot > 0
"""

_END_OLDER_TOKENS = """
UPDATE agents SET previous_token_hash = NULL WHERE agent_id = ANY ($1::int[])
"""

_READ_STATUSES = "SELECT name, status FROM heartbeat_statuses"
_ADD_STATUSES = """
INSERT INTO heartbeat_statuses (name)
SELECT name FROM unnest($1::text[]) AS name ORDER BY name ON CONFLICT DO NOTHING
"""
_HAS_PARTITION = "SELECT to_regclass($1) IS NOT NULL"
# Each statement is planned once, as a search by index for each heartbeat of a batch: right for a
# fleet of any size, and in the order of the batch, so that two workers do not wait for each other.
_PLANS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
}
# Honest agents know a handful; the rest is somebody filling the table.
_STATUS_LIMIT = 1000
_OTHER_STATUS = "other"


class HeartbeatWriter:
    """One connection that is made when it is needed and thrown away when it fails."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._in_use = asyncio.Lock()
        self._statuses: dict[str, int] = {}

    async def close(self) -> None:
        """Close the connection, waiting for nobody."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["PostgresHeartbeats"]:
        """See IngestStorage.heartbeats. One at a time: a connection holds one transaction."""
        with translated():
            async with self._lent() as connection, connection.transaction():
                current = PostgresHeartbeats(connection, dict(self._statuses))
                yield current
            self._statuses = current.statuses

    async def has_partition(self, day: date) -> bool:
        """Return whether the very connection that writes sees a partition of *day*."""
        return bool(await self._ask(_HAS_PARTITION, f"{HEARTBEATS}_{day:%Y%m%d}"))

    async def backend(self) -> int:
        """Return the process of PostgreSQL that serves the connection that writes."""
        return int(await self._ask(BACKEND))

    async def _ask(self, query: str, *arguments: str) -> Any:
        with translated():
            async with asyncio.timeout(COMMAND_SECONDS), self._lent() as connection:
                return await connection.fetchval(query, *arguments)

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Connection]:
        async with self._in_use:
            connection = await self._ready_connection()
            try:
                yield connection
            except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
                raise
            except BaseException:
                # In whatever state it is: a new one is certain.
                await self.close()
                raise

    async def _ready_connection(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url, settings=_PLANS)
        return self._connection


class PostgresHeartbeats:
    """See HeartbeatTransaction. asyncpg prepares each statement once per connection."""

    def __init__(self, connection: Connection, statuses: dict[str, int]) -> None:
        self._connection = connection
        self.statuses = statuses

    async def find_agents(
        self, token_hashes: list[bytes], *, locked: bool = False
    ) -> dict[bytes, KnownAgent]:
        """See HeartbeatTransaction.find_agents."""
        lock = _LOCKED if locked else ""
        rows = await self._connection.fetch(_FIND_AGENTS + lock, token_hashes)
        found = {row[0]: KnownAgent(*row[1:]) for row in rows}
        if len(found) < len(token_hashes):
            missing = [each for each in token_hashes if each not in found]
            rows = await self._connection.fetch(_FIND_LATE_AGENTS + lock, missing)
            found.update((row[0], KnownAgent(*row[1:])) for row in rows)
        return found

    async def stored_moments(self, moments: Collection[AgentMoment]) -> set[AgentMoment]:
        """See HeartbeatTransaction.stored_moments."""
        agent_ids, times = zip(*moments, strict=True)
        rows = await self._connection.fetch(_STORED_MOMENTS, agent_ids, times)
        return {(row[0], row[1]) for row in rows}

    async def apply(self, changes: HeartbeatChanges) -> set[int]:
        """See HeartbeatTransaction.apply."""
        stale = set[int]()
        if changes.presence:
            # A duplicate is in the presence alone.
            names = {*changes.statuses, *(each.status for each in changes.presence)}
            numbers = await self._status_numbers(names)
            columns = _presence_columns(changes.presence, numbers)
            rows = await self._connection.fetch(_UPDATE_PRESENCE, *columns, changes.latest)
            if len(rows) < len(changes.presence):
                stale = set(columns[0]).difference(row[0] for row in rows)
                changes = _without(changes, stale)
            await self._connection.execute(_ADD_HISTORY, *_history_columns(changes, numbers))
        if changes.missed:
            await self._connection.execute(_ADD_MISSED, *_missed_columns(changes.missed))
        if changes.confirmed:
            await self._connection.execute(_END_OLDER_TOKENS, changes.confirmed)
        if changes.runs:
            await runs.note(self._connection, changes.runs)
        return stale

    async def slots_taken(self, asked: Mapping[int, date]) -> dict[int, list[int]]:
        """See HeartbeatTransaction.slots_taken."""
        devices = {agent: [agent] for agent in asked}
        for row in await self._connection.fetch(_SAME_DEVICE, list(asked)):
            devices[row["asking"]].append(row["agent_id"])
        numbers = [agent for device in devices.values() for agent in device]
        rows = await self._connection.fetch(_SLOTS_OF, [*set(asked.values())], numbers)
        taken = {(row["agent_id"], row["workday"], row["slot"]) for row in rows}
        return {
            agent: [s for s in (1, 2) if any((of, day, s) in taken for of in devices[agent])]
            for agent, day in asked.items()
        }

    async def _status_numbers(self, wanted: set[str]) -> dict[str, int]:
        if not wanted <= self.statuses.keys():
            await self._learn_statuses(wanted)
        other = self.statuses[_OTHER_STATUS]
        return {name: self.statuses.get(name, other) for name in wanted}

    async def _learn_statuses(self, wanted: set[str]) -> None:
        await self._read_statuses()
        room = max(0, _STATUS_LIMIT - len(self.statuses))
        new = sorted(wanted - self.statuses.keys())[:room]
        if new:
            await self._connection.execute(_ADD_STATUSES, new)
            await self._read_statuses()

    async def _read_statuses(self) -> None:
        rows = await self._connection.fetch(_READ_STATUSES)
        self.statuses = {row["name"]: row["status"] for row in rows}


def _without(changes: HeartbeatChanges, agents: set[int]) -> HeartbeatChanges:
    kept = [at for at, agent in enumerate(changes.agent_ids) if agent not in agents]
    return HeartbeatChanges(
        timestamps=[changes.timestamps[at] for at in kept],
        agent_ids=[changes.agent_ids[at] for at in kept],
        statuses=[changes.statuses[at] for at in kept],
        presence=[each for each in changes.presence if each.agent_id not in agents],
        missed=[each for each in changes.missed if each.agent_id not in agents],
        confirmed=[each for each in changes.confirmed if each not in agents],
        runs=[each for each in changes.runs if each.agent_id not in agents],
    )


def _history_columns(changes: HeartbeatChanges, numbers: dict[str, int]) -> tuple[list[Any], ...]:
    statuses = [numbers[status] for status in changes.statuses]
    return (changes.timestamps, changes.agent_ids, statuses)


def _presence_columns(
    changes: list[PresenceChange], numbers: dict[str, int]
) -> tuple[list[Any], ...]:
    return (
        [c.agent_id for c in changes],
        [c.last_seen for c in changes],
        [numbers[c.status] for c in changes],
        [c.skew_seconds for c in changes],
        [c.last_seq for c in changes],
        [c.agent_version for c in changes],
        [c.health for c in changes],
        [c.extra for c in changes],
        [c.time_zone for c in changes],
        [c.known_seq for c in changes],
    )


def _missed_columns(missed: list[MissedLog]) -> tuple[list[Any], ...]:
    return (
        [m.workday for m in missed],
        [m.agent_id for m in missed],
        [m.slot for m in missed],
        [m.reason for m in missed],
        [m.awake_from for m in missed],
        [m.awake_until for m in missed],
    )
