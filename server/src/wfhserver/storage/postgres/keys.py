"""What the administrator does to tokens and agents."""

from datetime import datetime
from uuid import uuid4

import asyncpg

from wfhserver.payload import EnrolmentRequest
from wfhserver.storage.postgres import enrolment_requests
from wfhserver.storage.postgres.agents import add_agent
from wfhserver.storage.postgres.connection import AnyConnection

_ADD_ENROLMENT = """
INSERT INTO enrollment_tokens (token_hash, label, created_at, expires_at, use_limit)
VALUES ($1, $2, $3, $4, $5) RETURNING token_id
"""
_REQUIRE_APPROVAL = "UPDATE enrollment_tokens SET needs_approval = true WHERE token_id = $1"
_LIST_ENROLMENTS = """
SELECT t.token_id, t.label, t.uses, t.use_limit, t.expires_at, t.revoked_at,
       t.needs_approval, t.created_at,
       count(a.agent_id) AS agents
  FROM enrollment_tokens AS t LEFT JOIN agents AS a ON a.enrollment_token = t.token_id
 GROUP BY t.token_id ORDER BY t.token_id
"""
_LIST_AGENTS = """
SELECT a.agent_id, e.username, a.hostname, a.enrollment_token, a.revoked_at, a.confirmed_at,
       p.last_seen
  FROM agents AS a JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 ORDER BY a.agent_id
"""
_REVOKE_ENROLMENT = """
UPDATE enrollment_tokens SET revoked_at = coalesce(revoked_at, $2) WHERE token_id = $1
RETURNING token_id
"""
_REVOKE_AGENT = """
UPDATE agents SET revoked_at = coalesce(revoked_at, $2) WHERE agent_id = $1
RETURNING employee_id
"""
_CONFIRM_AGENT = """
UPDATE agents SET confirmed_at = coalesce(confirmed_at, $2) WHERE agent_id = $1
RETURNING employee_id
"""
_REVOKE_ENROLLED = """
UPDATE agents SET revoked_at = $2 WHERE enrollment_token = $1 AND revoked_at IS NULL
RETURNING agent_id
"""


async def add_enrolment_token(
    connection: AnyConnection,
    token_hash: bytes,
    *,
    label: str,
    at: datetime,
    expires_at: datetime | None = None,
    use_limit: int | None = None,
) -> int:
    """Store an enrolment token; return its id."""
    token_id: int = await connection.fetchval(
        _ADD_ENROLMENT, token_hash, label, at, expires_at, use_limit
    )
    return token_id


async def require_approval(connection: AnyConnection, token_id: int) -> None:
    """Let every machine that comes with this token wait for approval."""
    await connection.execute(_REQUIRE_APPROVAL, token_id)


async def add_agent_token(
    connection: AnyConnection, token_hash: bytes, *, username: str, hostname: str, at: datetime
) -> int:
    """Store an agent that needs no enrolment; return its id."""
    request = EnrolmentRequest(
        agent_id=uuid4(),
        username=username,
        hostname=hostname,
        platform="made by `wfhserver keys create`",
        agent_version="",
    )
    async with connection.transaction():
        return await add_agent(
            connection, request, token_hash, enrolment_token=None, confirmed=True, at=at
        )


async def list_tokens(connection: AnyConnection) -> list[asyncpg.Record]:
    """Return token_id, label, uses, use_limit, needs_approval, agents and moments of each."""
    return await connection.fetch(_LIST_ENROLMENTS)


async def list_agents(connection: AnyConnection) -> list[asyncpg.Record]:
    """Return agent_id, username, hostname, enrollment_token, last_seen and moments of each."""
    return await connection.fetch(_LIST_AGENTS)


async def revoke_token(
    connection: AnyConnection, token_id: int, *, at: datetime, with_agents: bool
) -> int | None:
    """Revoke an enrolment token; return how many agents with it, None when there is no such."""
    async with connection.transaction():
        if await connection.fetchval(_REVOKE_ENROLMENT, token_id, at) is None:
            return None
        # Nobody who came with it can be let in any more.
        await enrolment_requests.remove_all(connection, token_id)
        if not with_agents:
            return 0
        return len(await connection.fetch(_REVOKE_ENROLLED, token_id, at))


async def revoke_agent(connection: AnyConnection, agent_id: int, *, at: datetime) -> int | None:
    """Revoke one agent; return its employee, None when there is no such agent."""
    employee_id: int | None = await connection.fetchval(_REVOKE_AGENT, agent_id, at)
    return employee_id


async def confirm_agent(connection: AnyConnection, agent_id: int, *, at: datetime) -> int | None:
    """Note that an agent is its user's; return that employee, None when there is no such agent."""
    employee_id: int | None = await connection.fetchval(_CONFIRM_AGENT, agent_id, at)
    return employee_id
