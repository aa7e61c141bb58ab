"""The devices that an entry of the audit log is about, as rows."""

from datetime import datetime
from typing import Any, NamedTuple

from wfhserver.storage.postgres.connection import AnyConnection

_DEVICE = """
SELECT a.agent_id, a.employee_id, e.username, a.hostname
  FROM agents AS a JOIN employees AS e USING (employee_id) WHERE a.agent_id = $1
"""
_REVOKED = """
SELECT a.agent_id, a.employee_id, e.username, a.hostname
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.enrollment_token = $1 AND a.revoked_at = $2 ORDER BY a.agent_id
"""


class EventDevice(NamedTuple):
    """A device; one that waits for approval has no numbers yet."""

    agent_id: int | None
    employee_id: int | None
    username: str | None
    hostname: str | None


async def device(connection: AnyConnection, agent_id: Any) -> list[EventDevice]:
    """Return that device; nothing when there is none, for example after an erasure."""
    if type(agent_id) is not int:
        return []
    return [EventDevice(*row) for row in await connection.fetch(_DEVICE, agent_id)]


async def revoked_with(connection: AnyConnection, token_id: Any, at: datetime) -> list[EventDevice]:
    """Return the devices that were revoked at that moment with their enrollment token."""
    if type(token_id) is not int:
        return []
    return [EventDevice(*row) for row in await connection.fetch(_REVOKED, token_id, at)]
