"""Whether the data are a sample company's, and how they get there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection

_IS_SAMPLE = "SELECT EXISTS (SELECT FROM sample)"
_HOLDS_OTHERS = """
SELECT EXISTS (SELECT FROM employees) AND NOT EXISTS (SELECT FROM sample)
"""
_MARK = """
INSERT INTO sample (seed, made_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE SET seed = excluded.seed, made_at = excluded.made_at
"""
_CLEAR = """
TRUNCATE employee_heartbeats, employee_logs, employee_missed_logs, agent_presence, agents,
  enrollment_requests, enrollment_tokens, sessions, login_attempts, team_managers, team_members,
  teams, api_keys, recovery_codes, users, audit, audit_removed, sample, employees, erased_blocks
  CASCADE;
UPDATE audit_head SET last_id = 0, last_hash = '', forgotten_id = 0, forgotten_hash = ''
"""
_ADD_EMPLOYEES = """
INSERT INTO employees (username, created_at)
SELECT * FROM unnest($1::text[], $2::timestamptz[]) ON CONFLICT (username) DO NOTHING
"""
_ADD_AGENTS = """
INSERT INTO agents (employee_id, agent_uuid, hostname, platform, agent_version, token_hash,
                    enrollment_token, enrolled_at, confirmed_at)
SELECT e.employee_id, a.agent_uuid, a.hostname, a.platform, a.agent_version, a.token_hash,
       a.enrollment_token, a.enrolled_at, a.enrolled_at
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::int[],
              $8::timestamptz[])
         AS a (username, agent_uuid, hostname, platform, agent_version, token_hash,
               enrollment_token, enrolled_at)
  JOIN employees AS e USING (username)
RETURNING agent_id, agent_uuid
"""
_ADD_PRESENCE = """
INSERT INTO agent_presence (agent_id, status, last_seen, skew_seconds, agent_version, health,
                            time_zone)
SELECT p.agent_id, CASE WHEN p.last_seen IS NOT NULL THEN s.status END, p.last_seen,
       CASE WHEN p.last_seen IS NOT NULL THEN p.skew_seconds END, p.agent_version,
       CASE WHEN p.last_seen IS NOT NULL THEN p.health::jsonb END,
       CASE WHEN p.last_seen IS NOT NULL THEN p.time_zone END
  FROM unnest($1::int[], $2::timestamptz[], $3::float8[], $4::text[], $5::text[], $6::text[])
         AS p (agent_id, last_seen, skew_seconds, agent_version, health, time_zone)
 CROSS JOIN (SELECT status FROM heartbeat_statuses WHERE name = 'online') AS s
"""
_SEEN_SINCE = "SELECT agent_id FROM agent_presence WHERE last_seen >= $1 ORDER BY agent_id"
_HEARTBEAT = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT $2, agent_id, status FROM agent_presence WHERE agent_id = ANY ($1::int[])
"""
_SEEN = "UPDATE agent_presence SET last_seen = $2 WHERE agent_id = ANY ($1::int[])"
_COUNT_USE = "UPDATE enrollment_tokens SET uses = uses + $2 WHERE token_id = $1"
_ONLINE = "SELECT status FROM heartbeat_statuses WHERE name = 'online'"
_NUMBERS = "SELECT username, employee_id FROM employees"
_LOG_COLUMNS = (
    *("timestamp", "received_at", "agent_id", "workday", "slot", "local_ip", "public_ip"),
    *("location", "screenshot", "screenshot_path", "screenshot_sha256", "absent", "extra"),
    "time_zone",
)


class SampleAgent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent with its presence; *health* is JSON as text."""

    username: str
    agent_uuid: UUID
    hostname: str
    platform: str
    agent_version: str
    token_hash: bytes
    enrollment_token: int
    enrolled_at: datetime
    last_seen: datetime | None
    skew_seconds: float
    health: str
    time_zone: str


async def is_sample(connection: AnyConnection) -> bool:
    """Tell whether what is on record was made up."""
    return bool(await connection.fetchval(_IS_SAMPLE))


async def has_other_people(connection: AnyConnection) -> bool:
    """Tell whether there are people who were not made up."""
    return bool(await connection.fetchval(_HOLDS_OTHERS))


async def mark(connection: AnyConnection, seed: int, at: datetime) -> None:
    """Say from now on that what is on record was made up."""
    await connection.execute(_MARK, seed, at)


async def clear(connection: AnyConnection) -> None:
    """Empty every table but the schema's own."""
    await connection.execute(_CLEAR)


async def seen_since(connection: AnyConnection, moment: datetime) -> list[int]:
    """Return the agents that were seen since *moment*."""
    return [row["agent_id"] for row in await connection.fetch(_SEEN_SINCE, moment)]


async def add_heartbeats(connection: AnyConnection, agents: list[int], at: datetime) -> None:
    """Store a heartbeat of each of *agents*, with the status of the last one."""
    async with connection.transaction():
        await connection.execute(_HEARTBEAT, agents, at)
        await connection.execute(_SEEN, agents, at)


async def add_agents(connection: AnyConnection, agents: Sequence[SampleAgent]) -> list[int]:
    """Store agents with their employees and presence; return their numbers in that order."""
    first = [each.enrolled_at for each in agents]
    await connection.execute(_ADD_EMPLOYEES, [each.username for each in agents], first)
    columns = [
        [getattr(each, name) for each in agents] for name in SampleAgent.__struct_fields__[:7]
    ]
    found = await connection.fetch(_ADD_AGENTS, *columns, first)
    numbers = {row["agent_uuid"]: row["agent_id"] for row in found}
    ordered = [numbers[each.agent_uuid] for each in agents]
    await connection.execute(
        _ADD_PRESENCE,
        ordered,
        [each.last_seen for each in agents],
        [each.skew_seconds for each in agents],
        [each.agent_version for each in agents],
        [each.health for each in agents],
        [each.time_zone for each in agents],
    )
    await connection.execute(_COUNT_USE, agents[0].enrollment_token, len(agents))
    return ordered


async def employee_numbers(connection: AnyConnection) -> dict[str, int]:
    """Return the numbers of the employees by name."""
    return {row["username"]: row["employee_id"] for row in await connection.fetch(_NUMBERS)}


async def copy_heartbeats(
    connection: AnyConnection, heartbeats: Sequence[tuple[datetime, int]]
) -> None:
    """Store heartbeats (moment, agent), all online."""
    status = await connection.fetchval(_ONLINE)
    await connection.copy_records_to_table(
        "employee_heartbeats",
        records=[(moment, agent_id, status) for moment, agent_id in heartbeats],
        columns=("timestamp", "agent_id", "status"),
    )


async def copy_logs(connection: AnyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store logs; their columns are those of the table, in its order."""
    await connection.copy_records_to_table("employee_logs", records=rows, columns=_LOG_COLUMNS)


async def copy_missed(connection: AnyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store missed slots: agent, workday, slot, reason, and when the device was awake."""
    columns = ("agent_id", "workday", "slot", "reason", "awake_from", "awake_until")
    await connection.copy_records_to_table("employee_missed_logs", records=rows, columns=columns)
