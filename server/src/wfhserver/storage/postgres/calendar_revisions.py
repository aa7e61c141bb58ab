"""The number of each employee that grows when planned days may have changed.

In the order of the numbers: two transactions that change the same employees wait, and do not
deadlock. Where nothing was ever planned, nothing grows.
"""

from collections.abc import Collection

import msgspec

from wfhserver.models.schedules import Holder
from wfhserver.storage.postgres.connection import AnyConnection

IS_ANYTHING_PLANNED = """
SELECT EXISTS (SELECT FROM schedules) OR EXISTS (SELECT FROM leave_ranges)
    OR EXISTS (SELECT FROM employees WHERE status = 'on_leave')
"""
_ADD = f"""
UPDATE employees AS e SET calendar_revision = e.calendar_revision + 1
  FROM (SELECT employee_id FROM employees
         WHERE {{condition}} AND (calendar_revision > 0 OR ({IS_ANYTHING_PLANNED}))
         ORDER BY employee_id FOR NO KEY UPDATE) AS affected
 WHERE e.employee_id = affected.employee_id
"""  # noqa: S608 -- our own conditions
_OF_AGENT = """
SELECT e.employee_id, e.calendar_revision FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.agent_id = $1
"""
_SOME = "employee_id = ANY ($1::int[])"
_MEMBERS = "employee_id IN (SELECT employee_id FROM team_members WHERE team_id = $1)"


class CalendarRevision(msgspec.Struct, frozen=True):
    """The number of an employee's calendar."""

    employee_id: int
    revision: int


async def of_agent(connection: AnyConnection, agent_id: int) -> CalendarRevision:
    """Return the number of the calendar of the employee at an agent's device."""
    (row,) = await connection.fetch(_OF_AGENT, agent_id)
    return CalendarRevision(*row)


async def add_to(connection: AnyConnection, employee_ids: Collection[int]) -> None:
    """Add 1 for these employees."""
    if employee_ids:
        await connection.execute(_ADD.format(condition=_SOME), sorted(set(employee_ids)))


async def add_to_team(connection: AnyConnection, team_id: int) -> None:
    """Add 1 for the members of a team."""
    await connection.execute(_ADD.format(condition=_MEMBERS), team_id)


async def add_to_those_of(connection: AnyConnection, holder: Holder) -> None:
    """Add 1 for an employee, the members of a team, or everybody."""
    if holder.employee_id is not None:
        await add_to(connection, [holder.employee_id])
    elif holder.team_id is not None:
        await add_to_team(connection, holder.team_id)
    else:
        await connection.execute(_ADD.format(condition="true"))
