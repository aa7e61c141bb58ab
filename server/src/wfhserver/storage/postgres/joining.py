"""Two employees become one: everything of the former one gets the number of the other."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from wfhserver.storage.postgres.connection import AnyConnection


class Hindrance(StrEnum):
    """Why an employee cannot be joined to another one."""

    PROFILE = "profile"
    BLOCK = "block"
    HOLD = "hold"


# In the order of their numbers: no deadlock. Who places a hold or a block on either waits.
_LOCK: Final = """
SELECT FROM employees WHERE employee_id IN ($1, $2) ORDER BY employee_id FOR UPDATE
"""
# $1 stays, $2 goes.
_HAS_PROFILE: Final = """
SELECT e.display_name IS NOT NULL OR e.email IS NOT NULL OR e.manager_id IS NOT NULL
       OR e.time_zone IS NOT NULL OR e.country IS NOT NULL OR e.region IS NOT NULL
       OR e.status <> 'active' OR e.external_id IS NOT NULL OR e.scim_removed
       OR EXISTS (SELECT FROM employees AS m WHERE m.manager_id = $1)
       OR EXISTS (SELECT FROM team_members AS t WHERE t.employee_id = $1)
       OR EXISTS (SELECT FROM employee_usernames AS u WHERE u.employee_id = $1)
       OR EXISTS (SELECT FROM schedules AS s WHERE s.employee_id = $1)
       OR EXISTS (SELECT FROM holiday_regions AS r WHERE r.employee_id = $1)
       OR EXISTS (SELECT FROM holiday_changes AS h WHERE h.employee_id = $1)
       OR EXISTS (SELECT FROM leave_ranges AS l WHERE l.employee_id = $1)
       OR EXISTS (SELECT FROM leave_feeds AS f WHERE f.employee_id = $1)
  FROM employees AS e WHERE e.employee_id = $1
"""
_IS_BLOCKED: Final = "SELECT EXISTS (SELECT FROM enrollment_blocks WHERE employee_id = $1)"
_IS_LESS_HELD: Final = """
SELECT EXISTS (SELECT FROM legal_holds WHERE employee_id = $2)
   AND NOT EXISTS (SELECT FROM legal_holds WHERE employee_id = $1)
"""
# Until the days are counted once more, the longer of two is shown.
_ATTENDANCE: Final = """
INSERT INTO attendance_days AS d (employee_id, day, zone, first_seen, last_seen, seconds)
SELECT $1, day, zone, first_seen, last_seen, seconds FROM attendance_days WHERE employee_id = $2
ON CONFLICT (employee_id, day) DO UPDATE
   SET first_seen = least(d.first_seen, excluded.first_seen),
       last_seen = greatest(d.last_seen, excluded.last_seen),
       seconds = greatest(d.seconds, excluded.seconds)
"""
_COUNT_AGAIN: Final = """
INSERT INTO attendance_late (agent_id, day, marked_at)
SELECT a.agent_id, d.day, $2 FROM agents AS a JOIN attendance_days AS d USING (employee_id)
 WHERE a.employee_id = $1
"""
# The device goes on reporting under its own name.
_AGENTS: Final = """
UPDATE agents SET reported_username = coalesce(reported_username, $3), employee_id = $1
 WHERE employee_id = $2
"""
_MOVE: Final = (
    "UPDATE alerts SET employee_id = $1 WHERE employee_id = $2",
    """
UPDATE messages SET employee_ids = array_replace(employee_ids, $2::int, $1::int)
 WHERE employee_ids @> ARRAY[$2::int]""",
    """
UPDATE export_jobs SET employee_ids = array_replace(employee_ids, $2::int, $1::int)
 WHERE employee_ids @> ARRAY[$2::int]""",
    "UPDATE joined_employees SET employee_id = $1 WHERE employee_id = $2",
    "INSERT INTO joined_employees (employee_id, former_id) VALUES ($1, $2)",
    """
UPDATE legal_holds AS h SET held_since = least(h.held_since, other.held_since)
  FROM legal_holds AS other WHERE h.employee_id = $1 AND other.employee_id = $2""",
    # Another number than any that one of the devices knows: it asks for its calendar.
    """
UPDATE employees AS e
   SET created_at = least(e.created_at, former.created_at),
       calendar_revision = CASE greatest(e.calendar_revision, former.calendar_revision)
         WHEN 0 THEN 0 ELSE greatest(e.calendar_revision, former.calendar_revision) + 1 END
  FROM employees AS former WHERE e.employee_id = $1 AND former.employee_id = $2""",
)
_REMOVE: Final = (
    "DELETE FROM legal_holds WHERE employee_id = $1",
    "DELETE FROM employees WHERE employee_id = $1",
)


async def hindrance(
    connection: AnyConnection, employee_id: int, former_id: int
) -> Hindrance | None:
    """Return why *former_id* cannot be joined to *employee_id*; both are locked."""
    await connection.execute(_LOCK, employee_id, former_id)
    if await connection.fetchval(_HAS_PROFILE, former_id):
        return Hindrance.PROFILE
    if await connection.fetchval(_IS_BLOCKED, former_id):
        return Hindrance.BLOCK
    if await connection.fetchval(_IS_LESS_HELD, employee_id, former_id):
        return Hindrance.HOLD
    return None


async def join(
    connection: AnyConnection, employee_id: int, former_id: int, username: str, at: datetime
) -> None:
    """Give everything of *former_id*, whose name is *username*, to *employee_id*.

    The sessions of *My data* of the former one end. Needs the locks of `hindrance`.
    """
    await connection.execute(_ATTENDANCE, employee_id, former_id)
    await connection.execute(_COUNT_AGAIN, former_id, at)
    await connection.execute(_AGENTS, employee_id, former_id, username)
    for sql in _MOVE:
        await connection.execute(sql, employee_id, former_id)
    for sql in _REMOVE:
        await connection.execute(sql, former_id)
