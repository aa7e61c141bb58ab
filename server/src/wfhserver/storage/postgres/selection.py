"""Which agents are meant by "this employee" or "that team", among those whom a user may see."""

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import employee_named
from wfhserver.storage.postgres.visibility import team_visible_to, visible_to

_AGENTS = f"""
SELECT a.agent_id FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE {visible_to("$1")}
   AND ($2::text IS NULL OR e.employee_id = {employee_named("$2")} OR e.employee_id = $3)
   AND ($4::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = e.employee_id AND m.team_id = $4))
"""  # noqa: S608 -- our own condition
_EMPLOYEES = f"""
SELECT e.employee_id FROM employees AS e
 WHERE {visible_to("$1")}
   AND ($2::text IS NULL OR e.employee_id = {employee_named("$2")} OR e.employee_id = $3)
   AND ($4::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = e.employee_id AND m.team_id = $4))
 ORDER BY e.username, e.employee_id
"""  # noqa: S608 -- our own condition
_TEAM = f"""
SELECT EXISTS (SELECT FROM teams AS t WHERE t.team_id = $1 AND {team_visible_to("$2")})
"""  # noqa: S608 -- our own condition
_INT = 2**31 - 1


class EmployeeSelection(msgspec.Struct, frozen=True):
    """The wanted employees, by name or number; *sees_teams_of* as `visible_to` takes it."""

    sees_teams_of: int | None
    employee: str | None = None
    team_id: int | None = None

    @property
    def are_all(self) -> bool:
        """Whether nobody is left out."""
        return self.sees_teams_of is None and self.employee is None and self.team_id is None


async def agents_of(connection: AnyConnection, people: EmployeeSelection) -> list[int]:
    """Return the agents of *people*, revoked ones too; none when there is nobody of them."""
    rows = await connection.fetch(
        _AGENTS,
        people.sees_teams_of,
        people.employee,
        _number(people.employee),
        people.team_id,
    )
    return [row["agent_id"] for row in rows]


async def employees_of(connection: AnyConnection, people: EmployeeSelection) -> list[int]:
    """Return *people* in the order of their names, those without a device too."""
    rows = await connection.fetch(
        _EMPLOYEES,
        people.sees_teams_of,
        people.employee,
        _number(people.employee),
        people.team_id,
    )
    return [row["employee_id"] for row in rows]


async def has_team(connection: AnyConnection, team_id: int, sees_teams_of: int | None) -> bool:
    """Tell whether there is such a team among those that the user may see."""
    return bool(await connection.fetchval(_TEAM, team_id, sees_teams_of))


def _number(employee: str | None) -> int | None:
    # By length first: Python refuses to read a number of many thousand digits.
    if employee is None or not employee.isascii() or not employee.isdecimal():
        return None
    return int(employee) if len(employee) <= len(str(_INT)) and int(employee) <= _INT else None
