"""Names of those whom schedules, holidays and leave are for."""

from collections.abc import Collection
from typing import Final

from wfhserver.models.schedules import COMPANY, Holder, HolderName
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

_TEAMS: Final = "SELECT team_id, name FROM teams WHERE team_id = ANY ($1::int[])"
_EMPLOYEES: Final = f"""
SELECT employee_id, username, display_name FROM employees AS e
 WHERE employee_id = ANY ($1::int[]) AND {visible_to("$2")}
"""  # noqa: S608 -- our own condition
_NUMBERS: Final = f"""
SELECT n.username, e.employee_id
  FROM (SELECT username, employee_id FROM employees
         UNION ALL SELECT username, employee_id FROM employee_usernames) AS n
  JOIN employees AS e USING (employee_id)
 WHERE n.username = ANY ($1::text[]) AND {visible_to("$2")}
"""  # noqa: S608 -- our own condition


async def names_of(
    connection: AnyConnection, holders: Collection[Holder], managed_by: int | None = None
) -> dict[Holder, HolderName]:
    """Return the names of those who exist; of employees, those that *managed_by* may see."""
    teams = {each.team_id for each in holders} - {None}
    people = {each.employee_id for each in holders} - {None}
    found = {COMPANY: HolderName()}
    for number, name in await connection.fetch(_TEAMS, list(teams)):
        found[Holder(team_id=number)] = HolderName(team_id=number, team=name)
    for number, username, display_name in await connection.fetch(
        _EMPLOYEES, list(people), managed_by
    ):
        found[Holder(employee_id=number)] = HolderName(
            employee_id=number, username=username, display_name=display_name
        )
    return found


async def numbers_of(
    connection: AnyConnection, usernames: Collection[str], managed_by: int | None
) -> dict[str, int]:
    """Return the numbers of those employees whom *managed_by* may see; further usernames too."""
    rows = await connection.fetch(_NUMBERS, list(usernames), managed_by)
    return {row["username"]: row["employee_id"] for row in rows}
