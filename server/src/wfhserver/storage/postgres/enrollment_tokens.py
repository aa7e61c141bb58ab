"""Enrollment tokens, as rows."""

from datetime import datetime

from wfhserver.models.enrollment import EnrollmentTokenRow
from wfhserver.storage.postgres import enrollment_requests
from wfhserver.storage.postgres.connection import AnyConnection

_ADD = """
INSERT INTO enrollment_tokens (token_hash, label, created_at, expires_at, use_limit)
VALUES ($1, $2, $3, $4, $5) RETURNING token_id
"""
_REQUIRE_APPROVAL = "UPDATE enrollment_tokens SET needs_approval = true WHERE token_id = $1"
_LIST = """
SELECT t.token_id, t.label, t.uses, t.use_limit, t.needs_approval, count(a.agent_id) AS agents,
       t.created_at, t.expires_at, t.revoked_at
  FROM enrollment_tokens AS t LEFT JOIN agents AS a ON a.enrollment_token = t.token_id
 GROUP BY t.token_id ORDER BY t.token_id
"""
_REVOKE = """
UPDATE enrollment_tokens SET revoked_at = coalesce(revoked_at, $2) WHERE token_id = $1
RETURNING token_id
"""
_REVOKE_AGENTS = """
UPDATE agents SET revoked_at = $2 WHERE enrollment_token = $1 AND revoked_at IS NULL
RETURNING agent_id
"""


async def add(
    connection: AnyConnection,
    token_hash: bytes,
    *,
    label: str,
    at: datetime,
    expires_at: datetime | None = None,
    use_limit: int | None = None,
) -> int:
    """Store an enrollment token; return its id."""
    token_id: int = await connection.fetchval(_ADD, token_hash, label, at, expires_at, use_limit)
    return token_id


async def require_approval(connection: AnyConnection, token_id: int) -> None:
    """Let every machine that comes with this token wait for approval."""
    await connection.execute(_REQUIRE_APPROVAL, token_id)


async def list_tokens(connection: AnyConnection) -> list[EnrollmentTokenRow]:
    """Return every token, revoked ones too."""
    return [EnrollmentTokenRow(**row) for row in await connection.fetch(_LIST)]


async def revoke(
    connection: AnyConnection, token_id: int, *, at: datetime, with_agents: bool
) -> int | None:
    """Revoke an enrollment token; return how many agents with it, None when there is no such."""
    async with connection.transaction():
        if await connection.fetchval(_REVOKE, token_id, at) is None:
            return None
        # Nobody who came with it can be let in any more.
        await enrollment_requests.remove_all(connection, token_id)
        if not with_agents:
            return 0
        return len(await connection.fetch(_REVOKE_AGENTS, token_id, at))
