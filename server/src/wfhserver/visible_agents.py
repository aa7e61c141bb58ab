"""Which agents are meant by an employee and a team, among those whom a user may see."""

from wfhserver.errors import Code, Refusal
from wfhserver.models.users import User
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.selection import EmployeeSelection, agents_of, has_team


async def visible_agents(
    connection: AnyConnection, user: User, employee: str | None, team: int | None
) -> list[int] | None:
    """Return the agents that are meant; None for all. Refusal `not_found` for unknown people."""
    people = EmployeeSelection(user.sees_teams_of, employee, team)
    if people.are_all:
        return None
    if team is not None and not await has_team(connection, team, user.sees_teams_of):
        raise Refusal(Code.NOT_FOUND, "Team not found among those that you can see.", field="team")
    found = await agents_of(connection, people)
    if not found and employee is not None:
        raise Refusal(
            Code.NOT_FOUND,
            f"Employee {employee!r} not found among those that you can see.",
            field="employee",
        )
    return found
