"""Employees and their agents, as rows; every query is limited to whom a user may see."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from wfhserver.storage.postgres.agents import IDENTITY_CERTAIN
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.intervals import LONGER, USUAL_SECONDS
from wfhserver.storage.postgres.usernames import FURTHER, has_further
from wfhserver.storage.postgres.visibility import team_visible_to, visible_to

FURTHER_MATCHES = has_further("e.employee_id", "strpos(lower(f.username), lower($2)) > 0")
# Of somebody's teams those that the user may see as well.
_TEAMS = f"""ARRAY (SELECT t.name FROM team_members AS m JOIN teams AS t USING (team_id)
                    WHERE m.employee_id = e.employee_id AND {team_visible_to("$1")}
                    ORDER BY t.name) AS teams"""  # noqa: S608 -- our own conditions
IN_TEAM = """EXISTS (SELECT FROM team_members AS m
                       WHERE m.employee_id = e.employee_id AND m.team_id = {0})"""
"""Whether the employee *e* is in the team of a parameter."""
# A manager is shown to those who may see them.
_PROFILE = f"""e.display_name, e.email,
       (SELECT b.username FROM employees AS b
         WHERE b.employee_id = e.manager_id AND {visible_to("$1", "b.employee_id")}) AS manager,
       e.time_zone, e.country, e.region, e.status, {FURTHER} AS further_usernames"""  # noqa: S608 -- our own condition
# Each query has the columns of its type in the order of that type's fields.
_LIST = f"""
SELECT e.employee_id, e.username, {_TEAMS}, n.agents, n.last_seen,
       extract(epoch FROM n.longer)::float8 + {USUAL_SECONDS} AS heartbeat_seconds, {_PROFILE}
  FROM employees AS e CROSS JOIN LATERAL (
       SELECT count(*)::int AS agents, max(p.last_seen) AS last_seen,
              (array_agg({LONGER} ORDER BY p.last_seen DESC NULLS LAST))[1] AS longer
         FROM agents AS a JOIN agent_presence AS p USING (agent_id)
        WHERE a.employee_id = e.employee_id AND a.revoked_at IS NULL) AS n
 WHERE {visible_to("$1")}
   AND ($2::text IS NULL OR strpos(lower(e.username), lower($2)) > 0
                         OR {FURTHER_MATCHES}
                         OR strpos(lower(e.display_name), lower($2)) > 0)
   AND ($3::int IS NULL OR {IN_TEAM.format("$3")})
   AND ($4::text IS NULL OR (e.username, e.employee_id) > ($4, $5::int))
 ORDER BY e.username, e.employee_id LIMIT $6
"""  # noqa: S608 -- our own conditions
_ONE = f"""
SELECT e.employee_id, e.username, e.created_at, {_TEAMS}, {_PROFILE}
  FROM employees AS e WHERE e.employee_id = $2 AND {visible_to("$1")}
"""  # noqa: S608 -- our own conditions
AGENTS = f"""
SELECT a.agent_id, a.agent_uuid, a.employee_id, e.username, a.hostname, a.platform,
       coalesce(p.agent_version, a.agent_version) AS agent_version, a.enrolled_at, a.revoked_at,
       k.label AS enrolled_with, s.name AS status, p.last_seen, p.skew_seconds, p.health::text,
       p.time_zone,
       EXISTS (SELECT FROM agents AS other
                WHERE other.employee_id = a.employee_id AND other.hostname = a.hostname
                  AND other.reported_username IS NOT DISTINCT FROM a.reported_username
                  AND other.agent_id <> a.agent_id AND other.revoked_at IS NULL
                  AND a.revoked_at IS NULL) AS duplicate,
       {IDENTITY_CERTAIN} AS certain, a.blocked, p.copied_at
  FROM agents AS a JOIN employees AS e USING (employee_id) JOIN agent_presence AS p USING (agent_id)
  LEFT JOIN heartbeat_statuses AS s ON s.status = p.status
  LEFT JOIN enrollment_tokens AS k ON k.token_id = a.enrollment_token
 WHERE {visible_to("$1")}
"""  # noqa: S608 -- our own conditions
"""The agents that the user $1 may see, as StoredAgent; more conditions may follow."""
_AGENTS_OF_ONE = AGENTS + " AND a.employee_id = $2 ORDER BY a.agent_id"
_DAYS = """
SELECT d.workday, coalesce(h.heartbeats, 0)::int AS heartbeats, coalesce(l.logs, 0)::int AS logs,
       coalesce(m.missed, 0)::int AS missed
  FROM (SELECT generate_series($2::date, $3::date, interval '1 day')::date AS workday) AS d
  LEFT JOIN (SELECT ("timestamp" AT TIME ZONE $4::text)::date AS workday, count(*) AS heartbeats
               FROM employee_heartbeats WHERE agent_id = ANY ($1::int[]) GROUP BY 1) AS h
         USING (workday)
  LEFT JOIN (SELECT workday, count(*) AS logs FROM employee_logs
              WHERE agent_id = ANY ($1::int[]) AND slot > 0 GROUP BY 1) AS l USING (workday)
  LEFT JOIN (SELECT workday, count(*) AS missed FROM employee_missed_logs
              WHERE agent_id = ANY ($1::int[]) GROUP BY 1) AS m USING (workday)
 WHERE h.heartbeats IS NOT NULL OR l.logs IS NOT NULL OR m.missed IS NOT NULL
 ORDER BY d.workday DESC
"""
_HEARTBEATS = """
SELECT h."timestamp", h.agent_id, s.name AS status
  FROM employee_heartbeats AS h JOIN heartbeat_statuses AS s USING (status)
 WHERE h.agent_id = ANY ($1::int[]) AND h."timestamp" >= $2 AND h."timestamp" < $3
 ORDER BY h."timestamp"
"""


class NameKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The position of an employee or agent in the order of names."""

    name: Annotated[str, Meta(max_length=255, pattern=r"^[^\0]*$")]
    number: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Search(msgspec.Struct, frozen=True):
    """The employees that a user asks for; those behind *after* in the order of names."""

    sees_teams_of: int | None
    text: str | None = None
    team_id: int | None = None
    after: NameKey | None = None


class EmployeeSummary(msgspec.Struct, frozen=True):
    """An employee in a list; *heartbeat_seconds* is the interval of the agent seen last."""

    employee_id: int
    username: str
    teams: list[str]
    agents: int
    last_seen: datetime | None
    heartbeat_seconds: float | None
    display_name: str | None
    email: str | None
    manager: str | None
    time_zone: str | None
    country: str | None
    region: str | None
    status: str
    further_usernames: list[str]


class StoredEmployee(msgspec.Struct, frozen=True):
    """An employee; *teams* are those that the user may see as well."""

    employee_id: int
    username: str
    created_at: datetime
    teams: list[str]
    display_name: str | None
    email: str | None
    manager: str | None
    time_zone: str | None
    country: str | None
    region: str | None
    status: str
    further_usernames: list[str]


class StoredAgent(msgspec.Struct, frozen=True):
    """An agent with what it last sent; *health* is JSON, *enrolled_with* the label of its token."""

    agent_id: int
    agent_uuid: UUID
    employee_id: int
    username: str
    hostname: str
    platform: str
    agent_version: str
    enrolled_at: datetime
    revoked_at: datetime | None
    enrolled_with: str | None
    status: str | None
    last_seen: datetime | None
    skew_seconds: float | None
    health: str | None
    time_zone: str | None
    duplicate: bool
    certain: bool
    blocked: bool
    copied_at: datetime | None


class DaySummary(msgspec.Struct, frozen=True):
    """How much is recorded of a day."""

    workday: date
    heartbeats: int
    logs: int
    missed: int


class StoredHeartbeat(msgspec.Struct, frozen=True, gc=False):
    """A heartbeat of the history."""

    timestamp: datetime
    agent_id: int
    status: str


async def page(connection: AnyConnection, search: Search, limit: int) -> list[EmployeeSummary]:
    """Return employees in the order of their names."""
    rows = await connection.fetch(_LIST, *_columns(search), limit)
    return [EmployeeSummary(*row) for row in rows]


async def one(
    connection: AnyConnection, sees_teams_of: int | None, employee_id: int
) -> StoredEmployee | None:
    """Return one employee; None when there is none whom the user may see."""
    row = await connection.fetchrow(_ONE, sees_teams_of, employee_id)
    return None if row is None else StoredEmployee(*row)


async def agents_of_one(
    connection: AnyConnection, sees_teams_of: int | None, employee_id: int
) -> list[StoredAgent]:
    """Return every agent of an employee, revoked ones too."""
    rows = await connection.fetch(_AGENTS_OF_ONE, sees_teams_of, employee_id)
    return [StoredAgent(*row) for row in rows]


async def days_of(
    connection: AnyConnection, agent_ids: list[int], days: tuple[date, date], zone: str
) -> list[DaySummary]:
    """Return each day between that has something, newest first."""
    rows = await connection.fetch(_DAYS, agent_ids, *days, zone)
    return [DaySummary(*row) for row in rows]


async def heartbeats(
    connection: AnyConnection, agent_ids: list[int], start: datetime, end: datetime
) -> list[StoredHeartbeat]:
    """Return every heartbeat from *start* to before *end*, oldest first."""
    rows = await connection.fetch(_HEARTBEATS, agent_ids, start, end)
    return [StoredHeartbeat(*row) for row in rows]


def _columns(search: Search) -> tuple[object, ...]:
    after = (None, None) if search.after is None else msgspec.structs.astuple(search.after)
    return (search.sees_teams_of, search.text, search.team_id, *after)
