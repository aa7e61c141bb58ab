"""Agents and their tokens."""

from datetime import datetime
from uuid import uuid4

import asyncpg
import msgspec

from wfhserver.models.agents import KnownAgent
from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.postgres import usernames
from wfhserver.storage.postgres.connection import AnyConnection, Database

_FIND_AGENT = """
SELECT a.agent_id, a.agent_uuid, coalesce(a.reported_username, e.username) AS username,
       a.hostname, a.revoked_at IS NOT NULL AS revoked,
       a.blocked,
       a.token_hash = $1 AND a.previous_token_hash IS NOT NULL AS confirms
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.token_hash = $1 OR a.previous_token_hash = $1
"""

_AGENTS_OF = "SELECT agent_id FROM agents WHERE employee_id = $1"
_FORGET_PREVIOUS = "UPDATE agents SET previous_token_hash = NULL WHERE agent_id = $1"

_ADD_EMPLOYEE = """
WITH added AS (
  INSERT INTO employees (username, created_at)
  SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM employee_usernames WHERE username = $1)
  ON CONFLICT (username) DO NOTHING RETURNING employee_id)
SELECT employee_id FROM added
UNION ALL SELECT employee_id FROM employees WHERE username = $1
UNION ALL SELECT employee_id FROM employee_usernames WHERE username = $1
"""

# The empty hash means "no token of this agent was ever used"; its first use ends it.
_ADD_AGENT = """
WITH added AS (
  INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                      previous_token_hash, enrollment_token, enrolled_at, confirmed_at,
                      reported_username)
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7::int IS NOT NULL THEN ''::bytea END, $7,
          $8::timestamptz, CASE WHEN $9 THEN $8::timestamptz END,
          nullif($10, (SELECT username FROM employees WHERE employee_id = $2)))
  RETURNING agent_id)
INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added RETURNING agent_id
"""

IDENTITY_CERTAIN = """(a.confirmed_at IS NOT NULL OR NOT EXISTS (
         SELECT FROM agents AS other
          WHERE other.employee_id = a.employee_id AND other.agent_id <> a.agent_id))"""
"""Whether the agent is its user's: it was confirmed, or no other came under that name."""
_IS_IDENTITY_CERTAIN = f"SELECT {IDENTITY_CERTAIN} FROM agents AS a WHERE a.agent_id = $1"  # noqa: S608 -- our own

_LIST = """
SELECT a.agent_id, e.username, a.hostname, a.enrollment_token, a.revoked_at, a.confirmed_at,
       p.last_seen
  FROM agents AS a JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 ORDER BY a.agent_id
"""
_REVOKE = """
UPDATE agents SET revoked_at = coalesce(revoked_at, $2) WHERE agent_id = $1
RETURNING employee_id
"""
_CONFIRM = """
UPDATE agents SET confirmed_at = coalesce(confirmed_at, $2) WHERE agent_id = $1
RETURNING employee_id
"""
_EMPLOYEE_OF = "SELECT employee_id FROM agents WHERE agent_id = $1"


class EnrolledAgent(msgspec.Struct, frozen=True):
    """An agent in a list; *enrollment_token* is the number of the token that it came with."""

    agent_id: int
    username: str
    hostname: str
    enrollment_token: int | None
    revoked_at: datetime | None
    confirmed_at: datetime | None
    last_seen: datetime | None


async def find_agent(database: Database, token_hash: bytes) -> KnownAgent | None:
    """See IngestStorage.find_agent."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_FIND_AGENT, token_hash)
        if row is not None and row["confirms"] and not row["revoked"]:
            await connection.execute(_FORGET_PREVIOUS, row["agent_id"])
    return None if row is None else known_agent(row)


async def add_agent(
    connection: AnyConnection,
    request: EnrollmentRequest,
    token_hash: bytes,
    *,
    enrollment_token: int | None,
    confirmed: bool,
    at: datetime,
) -> int:
    """Store a new agent with its employee and its row of presence; return its id.

    *confirmed* says that an administrator knows whose it is.
    """
    await usernames.hold(connection)
    employee_id = None
    while employee_id is None:
        # None only when another transaction adds the same employee at this moment: then it is
        # committed by now, and the next statement sees it.
        employee_id = await connection.fetchval(_ADD_EMPLOYEE, request.username, at)
    agent_id: int = await connection.fetchval(
        _ADD_AGENT,
        request.agent_id,
        employee_id,
        request.hostname,
        request.platform,
        request.agent_version,
        token_hash,
        enrollment_token,
        at,
        confirmed,
        request.username,
    )
    return agent_id


async def add_agent_token(
    connection: AnyConnection, token_hash: bytes, *, username: str, hostname: str, at: datetime
) -> int:
    """Store an agent that needs no enrollment; return its id."""
    request = EnrollmentRequest(
        agent_id=uuid4(),
        username=username,
        hostname=hostname,
        platform="command line",
        agent_version="",
    )
    async with connection.transaction():
        return await add_agent(
            connection, request, token_hash, enrollment_token=None, confirmed=True, at=at
        )


async def list_agents(connection: AnyConnection) -> list[EnrolledAgent]:
    """Return every agent, revoked ones too."""
    return [EnrolledAgent(**row) for row in await connection.fetch(_LIST)]


async def revoke(connection: AnyConnection, agent_id: int, *, at: datetime) -> int | None:
    """Revoke one agent; return its employee, None when there is no such agent."""
    employee_id: int | None = await connection.fetchval(_REVOKE, agent_id, at)
    return employee_id


async def confirm(connection: AnyConnection, agent_id: int, *, at: datetime) -> int | None:
    """Note that an agent is its user's; return that employee, None when there is no such agent."""
    employee_id: int | None = await connection.fetchval(_CONFIRM, agent_id, at)
    return employee_id


async def is_identity_certain(connection: AnyConnection, agent_id: int) -> bool:
    """Tell whether the agent is its user's; see IDENTITY_CERTAIN."""
    return bool(await connection.fetchval(_IS_IDENTITY_CERTAIN, agent_id))


async def agents_of(connection: AnyConnection, employee_id: int) -> list[int]:
    """Return the numbers of an employee's agents.

    As a parameter of a query of their rows they let Citus ask only the nodes that have those.
    """
    return [row["agent_id"] for row in await connection.fetch(_AGENTS_OF, employee_id)]


async def employee_of(connection: AnyConnection, agent_id: int) -> int:
    """Return the number of the employee whose agent this is."""
    employee_id: int = await connection.fetchval(_EMPLOYEE_OF, agent_id)
    return employee_id


def known_agent(row: asyncpg.Record) -> KnownAgent:
    """Return the agent in a row that has its columns."""
    return KnownAgent(
        agent_id=row["agent_id"],
        agent_uuid=row["agent_uuid"],
        username=row["username"],
        hostname=row["hostname"],
        revoked=row["revoked"],
        confirms=row["confirms"],
        blocked=row["blocked"],
    )
