"""Teams, who manages them and who belongs to them, as rows."""

from datetime import datetime

from wfhserver.models.teams import Team, TeamMember
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import team_visible_to

_LIST = f"""
SELECT t.team_id, t.name,
       ARRAY (SELECT u.username FROM team_managers AS m JOIN users AS u USING (user_id)
               WHERE m.team_id = t.team_id ORDER BY u.username) AS managers,
       (SELECT count(*) FROM team_members AS m WHERE m.team_id = t.team_id) AS member_count
  FROM teams AS t
 WHERE {team_visible_to("$1")}
 ORDER BY t.name
"""  # noqa: S608 -- our own condition
_MEMBERS = """
SELECT e.employee_id, e.username FROM team_members AS m JOIN employees AS e USING (employee_id)
 WHERE m.team_id = $1 ORDER BY e.username
"""
_ADD = """
INSERT INTO teams (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
RETURNING team_id
"""
_RENAME = """
UPDATE teams SET name = $2
 WHERE team_id = $1 AND NOT EXISTS (SELECT FROM teams WHERE name = $2) RETURNING team_id
"""
_DELETE = "DELETE FROM teams WHERE team_id = $1 RETURNING name"
_NAMED = "SELECT team_id FROM teams WHERE name = $1"
_LOCK = "SELECT name FROM teams WHERE team_id = $1 FOR UPDATE"
_CLEAR_MANAGERS = "DELETE FROM team_managers WHERE team_id = $1"
_CLEAR_MEMBERS = "DELETE FROM team_members WHERE team_id = $1 RETURNING employee_id"
_ADD_MANAGERS = """
INSERT INTO team_managers (user_id, team_id)
SELECT user_id, $1 FROM users WHERE username = ANY ($2::text[]) RETURNING user_id
"""
_MANAGE = """
INSERT INTO team_managers (user_id, team_id)
SELECT u.user_id, t.team_id FROM users AS u, teams AS t
 WHERE u.username = $1 AND t.name = ANY ($2::text[])
ON CONFLICT DO NOTHING RETURNING (SELECT name FROM teams WHERE team_id = team_managers.team_id)
"""
_MANAGE_NO_LONGER = """
DELETE FROM team_managers AS m USING teams AS t, users AS u
 WHERE m.team_id = t.team_id AND m.user_id = u.user_id AND u.username = $1
   AND t.name = ANY ($2::text[]) RETURNING t.name
"""
_ADD_MEMBERS = """
INSERT INTO team_members (employee_id, team_id)
SELECT employee_id, $1 FROM employees WHERE username = ANY ($2::text[]) RETURNING employee_id
"""


async def list_teams(connection: AnyConnection, managed_by: int | None) -> list[Team]:
    """Return the teams in the order of their names; with *managed_by* that user's only."""
    return [Team(**row) for row in await connection.fetch(_LIST, managed_by)]


async def team_named(connection: AnyConnection, name: str) -> int | None:
    """Return the number of the team *name*; None when there is no such."""
    team_id: int | None = await connection.fetchval(_NAMED, name)
    return team_id


async def members(connection: AnyConnection, team_id: int) -> list[TeamMember]:
    """Return the members in the order of their names."""
    return [TeamMember(**row) for row in await connection.fetch(_MEMBERS, team_id)]


async def add(connection: AnyConnection, name: str, at: datetime) -> int | None:
    """Store a team; return its number, None when the name is taken."""
    team_id: int | None = await connection.fetchval(_ADD, name, at)
    return team_id


async def rename(connection: AnyConnection, team_id: int, name: str) -> bool:
    """Store another name of a team; False when it is taken."""
    return await connection.fetchval(_RENAME, team_id, name) is not None


async def delete(connection: AnyConnection, team_id: int) -> str | None:
    """Delete a team; return its name, None when there is no such."""
    await calendar_revisions.add_to_team(connection, team_id)
    name: str | None = await connection.fetchval(_DELETE, team_id)
    return name


async def lock(connection: AnyConnection, team_id: int) -> str | None:
    """Return the name of a team, which stays as it is until the transaction ends."""
    name: str | None = await connection.fetchval(_LOCK, team_id)
    return name


async def replace_managers(connection: AnyConnection, team_id: int, usernames: list[str]) -> int:
    """Let these users manage the team, and no others; return how many of them there are."""
    await connection.execute(_CLEAR_MANAGERS, team_id)
    return len(await connection.fetch(_ADD_MANAGERS, team_id, usernames))


async def replace_members(
    connection: AnyConnection, team_id: int, usernames: list[str]
) -> list[int]:
    """Let these employees be the members, and no others; return their numbers."""
    cleared = await connection.fetch(_CLEAR_MEMBERS, team_id)
    rows = await connection.fetch(_ADD_MEMBERS, team_id, usernames)
    before, after = ({row["employee_id"] for row in each} for each in (cleared, rows))
    await calendar_revisions.add_to(connection, before ^ after)
    return [row["employee_id"] for row in rows]


async def manage(
    connection: AnyConnection, username: str, teams: list[str], others: list[str]
) -> tuple[list[str], list[str]]:
    """Let a user manage *teams* and none of *others*; return which are new, and which ended."""
    begun = await connection.fetch(_MANAGE, username, teams)
    ended = await connection.fetch(_MANAGE_NO_LONGER, username, others)
    return sorted(row["name"] for row in begun), sorted(row["name"] for row in ended)
