"""Devices that wait until somebody approves them, as rows."""

from datetime import datetime, timedelta
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.interface import ApprovalState
from wfhserver.storage.postgres.connection import AnyConnection

WAITING_LIMIT: Final = 500
"""As many devices may wait with one enrollment token."""
# A device that still runs asks again within the hour.
_STOPPED_ASKING = timedelta(days=1)

# Other names under the same number are another question: what was approved for the old ones ends.
_ASK = """
INSERT INTO enrollment_requests AS r
  (agent_uuid, token_id, username, hostname, platform, requested_at, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (agent_uuid) DO UPDATE
   SET token_id = excluded.token_id, username = excluded.username, hostname = excluded.hostname,
       platform = excluded.platform, asked_at = excluded.asked_at,
       approved_at = CASE WHEN (r.token_id, r.username, r.hostname)
                             = (excluded.token_id, excluded.username, excluded.hostname)
                          THEN r.approved_at END
RETURNING approved_at IS NOT NULL
"""
_IS_FULL = """
SELECT count(*) >= $3 FROM enrollment_requests WHERE token_id = $1 AND agent_uuid <> $2
"""
_MAKE_ROOM = """
DELETE FROM enrollment_requests WHERE token_id = $1 AND asked_at < $2 AND approved_at IS NULL
"""
_PAGE = """
SELECT agent_uuid, token_id, username, hostname, platform, requested_at, approved_at
  FROM enrollment_requests
 WHERE ($1::text IS NULL OR strpos(lower(username), lower($1)) > 0
                         OR strpos(lower(hostname), lower($1)) > 0)
   AND ($2::timestamptz IS NULL OR (requested_at, agent_uuid) > ($2, $3::uuid))
 ORDER BY requested_at, agent_uuid LIMIT $4
"""
_COUNT = "SELECT count(*) FROM enrollment_requests"
_WAITING = """
SELECT coalesce((SELECT e.username
                   FROM employee_usernames AS f JOIN employees AS e USING (employee_id)
                  WHERE f.username = r.username), username), hostname
  FROM enrollment_requests AS r WHERE approved_at IS NULL
 ORDER BY requested_at DESC, agent_uuid
"""
_APPROVE = """
UPDATE enrollment_requests SET approved_at = coalesce(approved_at, $2) WHERE agent_uuid = $1
RETURNING username, hostname
"""
_REMOVE = "DELETE FROM enrollment_requests WHERE agent_uuid = $1 RETURNING username, hostname"
_REMOVE_ALL = "DELETE FROM enrollment_requests WHERE token_id = $1"


class RequestKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The place of a request in the order of arrival."""

    at: Annotated[datetime, Meta(tz=True)]
    agent_uuid: UUID


class EnrollmentRequestRow(msgspec.Struct, frozen=True):
    """A device that came with a token that needs approval."""

    agent_uuid: UUID
    token_id: int
    username: str
    hostname: str
    platform: str
    requested_at: datetime
    approved_at: datetime | None

    @property
    def key(self) -> RequestKey:
        """Return its place among the others."""
        return RequestKey(self.requested_at, self.agent_uuid)


class UserAndHost(NamedTuple):
    """Whose device it says it is, and the device's name."""

    username: str
    hostname: str


async def add(
    connection: AnyConnection, request: EnrollmentRequest, token_id: int, at: datetime
) -> ApprovalState:
    """Note that a device wants to enroll; tell whether it was approved. Locks on the token."""
    if await _is_full(connection, request, token_id):
        await connection.execute(_MAKE_ROOM, token_id, at - _STOPPED_ASKING)
        if await _is_full(connection, request, token_id):
            return ApprovalState.FULL
    approved = await connection.fetchval(
        _ASK,
        request.agent_id,
        token_id,
        request.username,
        request.hostname,
        request.platform,
        at,
    )
    return ApprovalState.APPROVED if approved else ApprovalState.WAITS


async def _is_full(connection: AnyConnection, request: EnrollmentRequest, token_id: int) -> bool:
    return bool(await connection.fetchval(_IS_FULL, token_id, request.agent_id, WAITING_LIMIT))


async def page(
    connection: AnyConnection, search: str | None, after: RequestKey | None, limit: int
) -> list[EnrollmentRequestRow]:
    """Return at most *limit* devices behind that key, oldest first."""
    key = (None, None) if after is None else msgspec.structs.astuple(after)
    rows = await connection.fetch(_PAGE, search, *key, limit)
    return [EnrollmentRequestRow(**row) for row in rows]


async def count(connection: AnyConnection) -> int:
    """Return how many devices wait."""
    found: int = await connection.fetchval(_COUNT)
    return found


async def waiting(connection: AnyConnection) -> list[UserAndHost]:
    """Return the devices that nobody has approved yet, newest first."""
    return [UserAndHost(*row) for row in await connection.fetch(_WAITING)]


async def approve(connection: AnyConnection, agent_uuid: UUID, at: datetime) -> UserAndHost | None:
    """Approve a device; return its names, None when it does not ask."""
    row = await connection.fetchrow(_APPROVE, agent_uuid, at)
    return None if row is None else UserAndHost(*row)


async def remove(connection: AnyConnection, agent_uuid: UUID) -> UserAndHost | None:
    """Delete a device's request; return its names, None when there is none."""
    row = await connection.fetchrow(_REMOVE, agent_uuid)
    return None if row is None else UserAndHost(*row)


async def remove_all(connection: AnyConnection, token_id: int) -> None:
    """Delete every request that came with this enrollment token."""
    await connection.execute(_REMOVE_ALL, token_id)
