"""Legal holds, one row per employee whose data retention leaves alone."""

from datetime import date, datetime

from wfhserver.models.retention import LegalHold
from wfhserver.storage.postgres.connection import AnyConnection

_PLACE = """
INSERT INTO legal_holds (employee_id, held_since, held_by, reason)
SELECT employee_id, $2, $3, $4 FROM employees WHERE employee_id = $1
ON CONFLICT (employee_id) DO UPDATE SET reason = excluded.reason
RETURNING employee_id
"""
_RELEASE = "DELETE FROM legal_holds WHERE employee_id = $1 RETURNING employee_id"
_LIST = """
SELECT employee_id, e.username, h.held_since, h.held_by, h.reason
  FROM legal_holds AS h JOIN employees AS e USING (employee_id) ORDER BY e.username
"""
_HELD_SINCE = "SELECT held_since FROM legal_holds WHERE employee_id = $1"
# Of the logs: among them an index finds it at once.
_OLDEST_LOG = "SELECT min(workday) FROM employee_logs_held"
_OLDEST_OF = """
SELECT least((SELECT min(workday) FROM employee_logs_held WHERE agent_id = ANY ($1::int[])),
             (SELECT min("timestamp")::date FROM employee_heartbeats_held
               WHERE agent_id = ANY ($1::int[])),
             (SELECT min(workday) FROM employee_missed_logs WHERE agent_id = ANY ($1::int[])))
"""


async def place(
    connection: AnyConnection, employee_id: int, by: str, reason: str, at: datetime
) -> bool:
    """Hold, or give a hold another reason; false when there is no such employee."""
    found = await connection.fetchval(_PLACE, employee_id, at, by, reason)
    return found is not None


async def release(connection: AnyConnection, employee_id: int) -> bool:
    """End a hold; false when there is none."""
    return await connection.fetchval(_RELEASE, employee_id) is not None


async def list_holds(connection: AnyConnection) -> list[LegalHold]:
    """Return every hold in the order of the names."""
    return [LegalHold(**row) for row in await connection.fetch(_LIST)]


async def oldest_log(connection: AnyConnection) -> date | None:
    """Return the oldest workday of which a log is held; None when none is."""
    day: date | None = await connection.fetchval(_OLDEST_LOG)
    return day


async def oldest_of(connection: AnyConnection, agents: list[int]) -> date | None:
    """Return the oldest day of which something of these agents is held; None when nothing is."""
    day: date | None = await connection.fetchval(_OLDEST_OF, agents)
    return day


async def held_since(connection: AnyConnection, employee_id: int) -> datetime | None:
    """Return since when an employee's data are held; None when there is no hold."""
    moment: datetime | None = await connection.fetchval(_HELD_SINCE, employee_id)
    return moment
