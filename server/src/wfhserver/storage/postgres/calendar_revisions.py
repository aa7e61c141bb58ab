"""The number of each employee that grows when planned days may have changed.

In the order of the numbers: two transactions that change the same employees wait, and do not
deadlock. Without any schedule there are no planned days, and nothing grows.
"""

from collections.abc import Collection

from wfhserver.models.schedules import Holder
from wfhserver.storage.postgres.connection import AnyConnection

_ADD = """
UPDATE employees AS e SET calendar_revision = e.calendar_revision + 1
  FROM (SELECT employee_id FROM employees WHERE {condition}
         ORDER BY employee_id FOR NO KEY UPDATE) AS affected
 WHERE e.employee_id = affected.employee_id
"""
_SOME = "employee_id = ANY ($1::int[])"
_MEMBERS = "employee_id IN (SELECT employee_id FROM team_members WHERE team_id = $1)"
_HAS_SCHEDULES = "SELECT EXISTS (SELECT FROM schedules)"


async def add_to(connection: AnyConnection, employee_ids: Collection[int]) -> None:
    """Add 1 for these employees."""
    if employee_ids and await connection.fetchval(_HAS_SCHEDULES):
        await connection.execute(_ADD.format(condition=_SOME), sorted(set(employee_ids)))


async def add_to_team(connection: AnyConnection, team_id: int) -> None:
    """Add 1 for the members of a team."""
    if await connection.fetchval(_HAS_SCHEDULES):
        await connection.execute(_ADD.format(condition=_MEMBERS), team_id)


async def add_to_those_of(
    connection: AnyConnection, holder: Holder, *, of_schedule: bool = False
) -> None:
    """Add 1 for an employee, the members of a team, or everybody.

    A change *of_schedule* counts even when it removed the last schedule.
    """
    if not of_schedule and not await connection.fetchval(_HAS_SCHEDULES):
        return
    if holder.employee_id is not None:
        await connection.execute(_ADD.format(condition=_SOME), [holder.employee_id])
    elif holder.team_id is not None:
        await connection.execute(_ADD.format(condition=_MEMBERS), holder.team_id)
    else:
        await connection.execute(_ADD.format(condition="true"))
