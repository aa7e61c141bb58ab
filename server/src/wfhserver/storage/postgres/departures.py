"""Employees who left, as rows, and what their departure changes."""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

import msgspec

from wfhserver.models.departures import StoredDeparture
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import FURTHER

_COLUMNS: Final = ", ".join(StoredDeparture.__struct_fields__)
_PLACES: Final = ", ".join(f"${n}" for n in range(2, len(StoredDeparture.__struct_fields__) + 2))
_LOCK: Final = f"""
SELECT e.username, {FURTHER} AS further_usernames, e.status
  FROM employees AS e WHERE e.employee_id = $1 FOR UPDATE
"""  # noqa: S608 -- our own expression
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
DELETE FROM team_managers WHERE user_id = ANY ($1::int[]) RETURNING team_id, user_id
"""
_MANAGE: Final = """
INSERT INTO team_managers (user_id, team_id)
SELECT user_id, team_id FROM unnest($1::int[], $2::int[]) AS m (user_id, team_id)
  JOIN users USING (user_id) JOIN teams USING (team_id)
ON CONFLICT DO NOTHING
"""
_IS_BLOCKED: Final = """
SELECT EXISTS (SELECT FROM enrollment_blocks WHERE employee_id = $1 AND hostname IS NULL)
"""
_DUE: Final = "SELECT employee_id FROM departures WHERE erase_on <= $1 ORDER BY employee_id"
_NEWEST_AGENT: Final = """
SELECT a.agent_id FROM agents AS a LEFT JOIN agent_presence AS p USING (agent_id)
 WHERE a.employee_id = $1 ORDER BY p.last_seen DESC NULLS LAST, a.agent_id DESC LIMIT 1
"""


class LockedEmployee(NamedTuple):
    """All usernames and the status of an employee."""

    usernames: list[str]
    status: str


class ManagedTeam(NamedTuple):
    """A team, and the user who manages it."""

    team_id: int
    user_id: int


async def lock(connection: AnyConnection, employee_id: int) -> LockedEmployee | None:
    """Return usernames and status of an employee, locked; None when there is nobody."""
    row = await connection.fetchrow(_LOCK, employee_id)
    if row is None:
        return None
    return LockedEmployee([row["username"], *row["further_usernames"]], row["status"])


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


async def leave_teams(connection: AnyConnection, employee_id: int) -> list[int]:
    """Take an employee out of every team; return those teams."""
    return [row["team_id"] for row in await connection.fetch(_LEAVE_TEAMS, employee_id)]


async def manage_nothing(connection: AnyConnection, user_ids: Collection[int]) -> list[ManagedTeam]:
    """Let these users manage no team any more; return which of them managed which."""
    return [ManagedTeam(*row) for row in await connection.fetch(_MANAGE_NOTHING, list(user_ids))]


async def join_teams(
    connection: AnyConnection, employee_id: int, departure: StoredDeparture
) -> None:
    """Bring member and managers back into those teams that still exist."""
    await connection.execute(_JOIN_TEAMS, employee_id, departure.teams)
    await connection.execute(_MANAGE, departure.managers, departure.managed_teams)


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
