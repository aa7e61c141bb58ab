"""Machines that wait until somebody approves them, as rows."""

from datetime import datetime
from uuid import UUID

import asyncpg

from wfhserver.payload import EnrolmentRequest
from wfhserver.storage.postgres.connection import AnyConnection

# Other names under the same number are another question: what was approved for the old ones ends.
_ASK = """
INSERT INTO enrollment_requests AS r
  (agent_uuid, token_id, username, hostname, platform, requested_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (agent_uuid) DO UPDATE
   SET token_id = excluded.token_id, username = excluded.username, hostname = excluded.hostname,
       platform = excluded.platform,
       approved_at = CASE WHEN (r.token_id, r.username, r.hostname)
                             = (excluded.token_id, excluded.username, excluded.hostname)
                          THEN r.approved_at END
RETURNING approved_at IS NOT NULL
"""
_LIST = """
SELECT agent_uuid, token_id, username, hostname, platform, requested_at, approved_at
  FROM enrollment_requests ORDER BY requested_at, agent_uuid LIMIT 1000
"""
_APPROVE = """
UPDATE enrollment_requests SET approved_at = coalesce(approved_at, $2) WHERE agent_uuid = $1
RETURNING username, hostname
"""
_REMOVE = "DELETE FROM enrollment_requests WHERE agent_uuid = $1 RETURNING username, hostname"


async def ask(
    connection: AnyConnection, request: EnrolmentRequest, token_id: int, at: datetime
) -> bool:
    """Note that a machine wants to enrol; tell whether that was approved."""
    approved: bool = await connection.fetchval(
        _ASK,
        request.agent_id,
        token_id,
        request.username,
        request.hostname,
        request.platform,
        at,
    )
    return approved


async def list_requests(connection: AnyConnection) -> list[asyncpg.Record]:
    """Return agent_uuid, token_id, username, hostname, platform, requested_at, approved_at."""
    return await connection.fetch(_LIST)


async def approve(
    connection: AnyConnection, agent_uuid: UUID, at: datetime
) -> asyncpg.Record | None:
    """Approve a machine; return its username and hostname, None when it does not ask."""
    return await connection.fetchrow(_APPROVE, agent_uuid, at)


async def remove(connection: AnyConnection, agent_uuid: UUID) -> asyncpg.Record | None:
    """Forget that a machine asks; return its username and hostname, None when it does not."""
    return await connection.fetchrow(_REMOVE, agent_uuid)
