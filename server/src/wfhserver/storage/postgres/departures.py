"""Employees who left, as rows, and what their departure changes."""

from datetime import date
from typing import Final

import msgspec

from wfhserver.models.departures import StoredDeparture
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection

_COLUMNS: Final = ", ".join(StoredDeparture.__struct_fields__)
_PLACES: Final = ", ".join(f"${n}" for n in range(2, len(StoredDeparture.__struct_fields__) + 2))
_LOCK: Final = "SELECT username, status FROM employees WHERE employee_id = $1 FOR UPDATE"
_FIND: Final = f"SELECT {_COLUMNS} FROM departures WHERE employee_id = $1"  # noqa: S608 -- our own
_ADD: Final = f"INSERT INTO departures (employee_id, {_COLUMNS}) VALUES ($1, {_PLACES})"  # noqa: S608
_CHANGE: Final = """
UPDATE departures SET erase_on = $2, my_data_until = $3, placed_hold = $4 WHERE employee_id = $1
"""
_REMOVE: Final = "DELETE FROM departures WHERE employee_id = $1"
_SET_STATUS: Final = "UPDATE employees SET status = $2 WHERE employee_id = $1"
_RESTORE: Final = "UPDATE agents SET revoked_at = NULL WHERE agent_id = ANY ($1::int[])"
_LEAVE_TEAMS: Final = "DELETE FROM team_members WHERE employee_id = $1 RETURNING team_id"
_JOIN_TEAMS: Final = """
INSERT INTO team_members (employee_id, team_id)
SELECT $1, team_id FROM teams WHERE team_id = ANY ($2::int[]) ON CONFLICT DO NOTHING
"""
_MANAGE_NOTHING: Final = """
DELETE FROM team_managers AS m USING users AS u
 WHERE m.user_id = u.user_id AND u.username = $1 RETURNING m.team_id
"""
_MANAGE: Final = """
INSERT INTO team_managers (user_id, team_id)
SELECT u.user_id, t.team_id FROM users AS u, teams AS t
 WHERE u.username = $1 AND t.team_id = ANY ($2::int[]) ON CONFLICT DO NOTHING
"""
_IS_BLOCKED: Final = """
SELECT EXISTS (SELECT FROM enrollment_blocks WHERE employee_id = $1 AND hostname IS NULL)
"""
_DUE: Final = "SELECT employee_id FROM departures WHERE erase_on <= $1 ORDER BY employee_id"
_NEWEST_AGENT: Final = """
SELECT a.agent_id FROM agents AS a LEFT JOIN agent_presence AS p USING (agent_id)
 WHERE a.employee_id = $1 ORDER BY p.last_seen DESC NULLS LAST, a.agent_id DESC LIMIT 1
"""


async def lock(connection: AnyConnection, employee_id: int) -> tuple[str, str] | None:
    """Return username and status of an employee, locked; None when there is nobody."""
    row = await connection.fetchrow(_LOCK, employee_id)
    return None if row is None else (row["username"], row["status"])


async def find(connection: AnyConnection, employee_id: int) -> StoredDeparture | None:
    """Return the departure of an employee; None for somebody who did not leave."""
    row = await connection.fetchrow(_FIND, employee_id)
    return None if row is None else StoredDeparture(**row)


async def add(connection: AnyConnection, employee_id: int, departure: StoredDeparture) -> None:
    """Store the departure of an employee."""
    await connection.execute(_ADD, employee_id, *msgspec.structs.astuple(departure))


async def change(connection: AnyConnection, employee_id: int, chosen: StoredDeparture) -> None:
    """Replace what happens to the data."""
    values = (chosen.erase_on, chosen.my_data_until, chosen.placed_hold)
    await connection.execute(_CHANGE, employee_id, *values)


async def remove(connection: AnyConnection, employee_id: int) -> None:
    """Forget a departure."""
    await connection.execute(_REMOVE, employee_id)


async def set_status(connection: AnyConnection, employee_id: int, status: str) -> None:
    """Replace the status of an employee."""
    await connection.execute(_SET_STATUS, employee_id, status)
    await calendar_revisions.add_to(connection, [employee_id])


async def restore_agents(connection: AnyConnection, agents: list[int]) -> None:
    """End the revocation of these agents."""
    await connection.execute(_RESTORE, agents)


async def leave_teams(
    connection: AnyConnection, employee_id: int, username: str
) -> tuple[list[int], list[int]]:
    """Take an employee out of every team; return those of the member and of the manager."""
    member = await connection.fetch(_LEAVE_TEAMS, employee_id)
    manager = await connection.fetch(_MANAGE_NOTHING, username)
    return [row["team_id"] for row in member], [row["team_id"] for row in manager]


async def join_teams(
    connection: AnyConnection, employee_id: int, username: str, departure: StoredDeparture
) -> None:
    """Bring an employee back into those teams that still exist."""
    await connection.execute(_JOIN_TEAMS, employee_id, departure.teams)
    await connection.execute(_MANAGE, username, departure.managed_teams)


async def is_blocked(connection: AnyConnection, employee_id: int) -> bool:
    """Tell whether every device of the employee is blocked."""
    found: bool = await connection.fetchval(_IS_BLOCKED, employee_id)
    return found


async def due(connection: AnyConnection, day: date) -> list[int]:
    """Return the employees whose data is to be erased on *day* or was before."""
    return [row["employee_id"] for row in await connection.fetch(_DUE, day)]


async def newest_agent(connection: AnyConnection, employee_id: int) -> int | None:
    """Return the agent of an employee that was seen last; None without one."""
    agent_id: int | None = await connection.fetchval(_NEWEST_AGENT, employee_id)
    return agent_id
