"""Enrollment tokens, as rows."""

from datetime import datetime

from wfhserver.models.bundles import TokenDevice, TokenDevices
from wfhserver.models.enrollment import EnrollmentTokenRow
from wfhserver.storage.postgres import enrollment_requests
from wfhserver.storage.postgres.connection import AnyConnection

_ADD = """
INSERT INTO enrollment_tokens (token_hash, label, created_at, expires_at, use_limit)
VALUES ($1, $2, $3, $4, $5) RETURNING token_id
"""
_REQUIRE_APPROVAL = "UPDATE enrollment_tokens SET needs_approval = true WHERE token_id = $1"
_SET_TEAM = "UPDATE enrollment_tokens SET team_id = $2 WHERE token_id = $1"
_JOIN_TEAM = """
INSERT INTO team_members (employee_id, team_id)
SELECT $2, t.team_id FROM enrollment_tokens AS k JOIN teams AS t USING (team_id)
 WHERE k.token_id = $1 ON CONFLICT DO NOTHING
"""
_DEVICES = """
SELECT a.agent_id, a.employee_id, e.username, a.hostname, a.platform, a.enrolled_at, p.last_seen,
       count(*) OVER ()::int
  FROM agents AS a JOIN employees AS e USING (employee_id) JOIN agent_presence AS p USING (agent_id)
 WHERE a.enrollment_token = $1 AND a.revoked_at IS NULL
 ORDER BY a.enrolled_at DESC, a.agent_id DESC LIMIT $2
"""
_WAITING = """
SELECT count(*)::int FROM enrollment_requests WHERE token_id = $1 AND approved_at IS NULL
"""
_EXISTS = "SELECT EXISTS (SELECT FROM enrollment_tokens WHERE token_id = $1)"
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


async def set_team(connection: AnyConnection, token_id: int, team_id: int) -> None:
    """Let the employees of devices that come with this token join a team."""
    await connection.execute(_SET_TEAM, token_id, team_id)


async def join_team(connection: AnyConnection, token_id: int | None, employee_id: int) -> None:
    """Add an employee to the team of a token, if it has one."""
    await connection.execute(_JOIN_TEAM, token_id, employee_id)


async def devices_of(connection: AnyConnection, token_id: int, limit: int) -> TokenDevices | None:
    """Return the newest devices that came with a token; None when there is no such token."""
    if not await connection.fetchval(_EXISTS, token_id):
        return None
    rows = await connection.fetch(_DEVICES, token_id, limit)
    waiting: int = await connection.fetchval(_WAITING, token_id)
    shown = [TokenDevice(*tuple(row)[:-1]) for row in rows]
    return TokenDevices(shown, rows[0][-1] if rows else 0, waiting)


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
