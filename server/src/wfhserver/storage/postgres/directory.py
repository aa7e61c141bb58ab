"""Profiles of employees, as rows."""

from collections.abc import Collection, Mapping
from datetime import datetime

from wfhserver.models.directory import EmployeeStatus, Profile, StoredProfile
from wfhserver.storage.postgres import calendar_revisions, usernames
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import FURTHER

# Changes wait for each other: what one has checked holds until it is stored.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver directory', 0))"
_EVERYBODY = "SELECT employee_id, username, email FROM employees"
_TEAMS = "SELECT name FROM teams"
_PROFILES = f"""
SELECT e.employee_id, e.username, e.display_name, e.email,
       ARRAY (SELECT t.name FROM team_members AS m JOIN teams AS t USING (team_id)
               WHERE m.employee_id = e.employee_id ORDER BY t.name) AS teams,
       m.username AS manager, e.time_zone, e.country, e.region, e.status,
       {FURTHER} AS further_usernames
  FROM employees AS e LEFT JOIN employees AS m ON m.employee_id = e.manager_id
 WHERE e.employee_id = ANY ($1::int[])
"""  # noqa: S608 -- our own expression
_ADD = """
INSERT INTO employees (username, created_at)
SELECT username, $2 FROM unnest($1::text[]) WITH ORDINALITY AS new (username, place) ORDER BY place
RETURNING username, employee_id
"""
_WRITE = """
UPDATE employees AS e
   SET display_name = p.display_name, email = p.email, manager_id = m.employee_id,
       time_zone = p.time_zone, country = p.country, region = p.region, status = p.status
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[])
         AS p (employee_id, display_name, email, manager, time_zone, country, region, status)
  LEFT JOIN employees AS m ON m.username = p.manager
 WHERE e.employee_id = p.employee_id
"""
_LEAVE_TEAMS = """
DELETE FROM team_members AS m USING teams AS t
 WHERE m.team_id = t.team_id AND m.employee_id = ANY ($1::int[])
   AND (m.employee_id, t.name) NOT IN (SELECT * FROM unnest($2::int[], $3::text[]))
"""
_JOIN_TEAMS = """
INSERT INTO team_members (employee_id, team_id)
SELECT p.employee_id, t.team_id
  FROM unnest($1::int[], $2::text[]) AS p (employee_id, team) JOIN teams AS t ON t.name = p.team
ON CONFLICT DO NOTHING
"""


async def lock(connection: AnyConnection) -> None:
    """Let no other transaction change profiles until this one ends."""
    await connection.execute(_LOCK)


async def everybody(connection: AnyConnection) -> list[tuple[int, str, str | None]]:
    """Return number, username and e-mail address of each employee."""
    return [tuple(row) for row in await connection.fetch(_EVERYBODY)]


async def team_names(connection: AnyConnection) -> list[str]:
    """Return the names of all teams."""
    return [row["name"] for row in await connection.fetch(_TEAMS)]


async def profiles(connection: AnyConnection, numbers: Collection[int]) -> list[StoredProfile]:
    """Return those of these employees who exist."""
    return [_profile(**row) for row in await connection.fetch(_PROFILES, list(numbers))]


async def add(
    connection: AnyConnection, usernames: Collection[str], at: datetime
) -> dict[str, int]:
    """Store employees without profiles; return their numbers by username."""
    rows = await connection.fetch(_ADD, list(usernames), at)
    return {row["username"]: row["employee_id"] for row in rows}


async def write(connection: AnyConnection, profiles: Mapping[int, Profile]) -> None:
    """Replace the profiles of these employees; managers and teams have to exist.

    Further usernames need `usernames.lock`.
    """
    numbers, found = list(profiles), list(profiles.values())
    await connection.execute(
        _WRITE,
        numbers,
        [each.display_name for each in found],
        [each.email for each in found],
        [each.manager for each in found],
        [each.time_zone for each in found],
        [each.country for each in found],
        [each.region for each in found],
        [each.status.value for each in found],
    )
    members = [(number, team) for number, each in profiles.items() for team in each.teams]
    pairs = ([number for number, _ in members], [team for _, team in members])
    await connection.execute(_LEAVE_TEAMS, numbers, *pairs)
    await connection.execute(_JOIN_TEAMS, *pairs)
    further = [
        (number, name) for number, each in profiles.items() for name in each.further_usernames
    ]
    await usernames.replace(connection, numbers, further)
    await calendar_revisions.add_to(connection, numbers)


def _profile(employee_id: int, username: str, *, status: str, **row: object) -> StoredProfile:
    profile = Profile(status=EmployeeStatus(status), **row)  # type: ignore[arg-type]
    return StoredProfile(employee_id, username, profile)
