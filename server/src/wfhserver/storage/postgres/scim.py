"""Employees and teams for an identity provider, as rows."""

from collections.abc import Collection

from wfhserver.models.directory import EmployeeStatus
from wfhserver.models.scim import ScimGroup, ScimUser
from wfhserver.storage.postgres.connection import AnyConnection

_USERS = """
SELECT e.employee_id, e.username, e.external_id, e.display_name, e.email,
       (SELECT m.employee_id FROM employees AS m
         WHERE m.employee_id = e.manager_id AND NOT m.scim_removed) AS manager_id,
       e.time_zone, e.country, e.region, e.status, e.created_at, e.scim_removed AS removed
  FROM employees AS e
"""
_USER = f"{_USERS} WHERE e.employee_id = $1 AND NOT e.scim_removed"
_NAMED = f"""{_USERS} WHERE lower(e.username) = lower($1) AND (NOT e.scim_removed OR $2)
 ORDER BY e.username = $1 DESC, e.employee_id LIMIT 1"""
_USERS_LINKED = f"""{_USERS} WHERE e.external_id = $1 AND NOT e.scim_removed
 ORDER BY e.employee_id"""
_USER_PAGE = f"{_USERS} WHERE NOT e.scim_removed ORDER BY e.employee_id OFFSET $1 LIMIT $2"
_USER_COUNT = "SELECT count(*) FROM employees WHERE NOT scim_removed"
_LINK_USER = "UPDATE employees SET external_id = $2 WHERE employee_id = $1"
_REMOVE_USER = "UPDATE employees SET scim_removed = $2 WHERE employee_id = $1"
_USERNAMES = """
SELECT employee_id, username FROM employees
 WHERE employee_id = ANY ($1::int[]) AND NOT scim_removed
"""
_HIDDEN_MEMBERS = """
SELECT e.username FROM team_members AS m JOIN employees AS e USING (employee_id)
 WHERE m.team_id = $1 AND e.scim_removed
"""
_GROUPS = """
SELECT t.team_id, t.name, t.external_id, t.created_at,
       ARRAY (SELECT m.employee_id FROM team_members AS m JOIN employees AS e USING (employee_id)
               WHERE m.team_id = t.team_id AND NOT e.scim_removed ORDER BY 1) AS members
  FROM teams AS t
"""
_GROUP = f"{_GROUPS} WHERE t.team_id = $1"
_GROUP_PAGE = f"{_GROUPS} ORDER BY t.team_id OFFSET $1 LIMIT $2"
_GROUPS_NAMED = f"{_GROUPS} WHERE lower(t.name) = lower($1) ORDER BY t.team_id"
_GROUPS_LINKED = f"{_GROUPS} WHERE t.external_id = $1 ORDER BY t.team_id"
_GROUP_COUNT = "SELECT count(*) FROM teams"
_LINK_GROUP = "UPDATE teams SET external_id = $2 WHERE team_id = $1"


async def user(connection: AnyConnection, employee_id: int) -> ScimUser | None:
    """Return an employee; None when there is none, or it was removed."""
    row = await connection.fetchrow(_USER, employee_id)
    return None if row is None else _user(**row)


async def user_named(
    connection: AnyConnection, username: str, *, with_removed: bool = False
) -> ScimUser | None:
    """Return the employee of a username, of which upper and lower case are the same."""
    row = await connection.fetchrow(_NAMED, username, with_removed)
    return None if row is None else _user(**row)


async def users_linked(connection: AnyConnection, external_id: str) -> list[ScimUser]:
    """Return the employees that the identity provider calls *external_id*."""
    return [_user(**row) for row in await connection.fetch(_USERS_LINKED, external_id)]


async def users(connection: AnyConnection, offset: int, limit: int | None) -> list[ScimUser]:
    """Return employees in the order of their numbers; a *limit* of None is none."""
    return [_user(**row) for row in await connection.fetch(_USER_PAGE, offset, limit)]


async def count_users(connection: AnyConnection) -> int:
    """Return how many employees there are, without those who were removed."""
    count: int = await connection.fetchval(_USER_COUNT)
    return count


async def link_user(connection: AnyConnection, employee_id: int, external_id: str | None) -> None:
    """Store what the identity provider calls an employee."""
    await connection.execute(_LINK_USER, employee_id, external_id)


async def set_removed(connection: AnyConnection, employee_id: int, *, removed: bool) -> None:
    """Hide an employee from the identity provider, or show it again."""
    await connection.execute(_REMOVE_USER, employee_id, removed)


async def usernames(connection: AnyConnection, numbers: Collection[int]) -> dict[int, str]:
    """Return the usernames of those of these employees whom the identity provider sees."""
    rows = await connection.fetch(_USERNAMES, list(numbers))
    return {row["employee_id"]: row["username"] for row in rows}


async def hidden_members(connection: AnyConnection, team_id: int) -> list[str]:
    """Return the usernames of a team's members whom the identity provider removed."""
    return [row["username"] for row in await connection.fetch(_HIDDEN_MEMBERS, team_id)]


async def group(connection: AnyConnection, team_id: int) -> ScimGroup | None:
    """Return a team; None when there is none."""
    row = await connection.fetchrow(_GROUP, team_id)
    return None if row is None else ScimGroup(**row)


async def groups(connection: AnyConnection, offset: int, limit: int | None) -> list[ScimGroup]:
    """Return teams in the order of their numbers; a *limit* of None is none."""
    return [ScimGroup(**row) for row in await connection.fetch(_GROUP_PAGE, offset, limit)]


async def groups_named(connection: AnyConnection, name: str) -> list[ScimGroup]:
    """Return the teams of a name, of which upper and lower case are the same."""
    return [ScimGroup(**row) for row in await connection.fetch(_GROUPS_NAMED, name)]


async def groups_linked(connection: AnyConnection, external_id: str) -> list[ScimGroup]:
    """Return the teams that the identity provider calls *external_id*."""
    return [ScimGroup(**row) for row in await connection.fetch(_GROUPS_LINKED, external_id)]


async def count_groups(connection: AnyConnection) -> int:
    """Return how many teams there are."""
    count: int = await connection.fetchval(_GROUP_COUNT)
    return count


async def link_group(connection: AnyConnection, team_id: int, external_id: str | None) -> None:
    """Store what the identity provider calls a team."""
    await connection.execute(_LINK_GROUP, team_id, external_id)


def _user(*, status: str, **row: object) -> ScimUser:
    return ScimUser(status=EmployeeStatus(status), **row)  # type: ignore[arg-type]
