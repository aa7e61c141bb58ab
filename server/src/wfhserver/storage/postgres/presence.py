"""Everybody with the newest of each: whole, or what has changed since it was last read.

Columns come as arrays: of ten thousand rows that takes half of the time in PostgreSQL and here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

import msgspec

from wfhserver.models.alerts import AlertKind
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.latest_facts import LATEST_FACTS
from wfhserver.storage.postgres.usernames import has_further
from wfhserver.storage.postgres.visibility import team_visible_to, visible_to

_XIDS = 2**32
_FURTHER = has_further("e.employee_id", "strpos(lower(f.username), lower($2)) > 0")
# A row was written by a transaction that may have been open at the mark, or began later. So rows
# that were known are found again, and none is left out.
_NEWER = "age({}.xmin) <= age(${}::xid)"
_ROSTER = ("agents", "employees", "teams", "team_members")
_ROSTER_STATE = " UNION ALL ".join(
    f"""
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_open,
       pg_postmaster_start_time() AS started, count(*) AS known,
       count(*) FILTER (WHERE {_NEWER.format(table, 1)}) AS newer
  FROM {table}"""  # noqa: S608 -- our own tables
    for table in _ROSTER
)
# Readers of a row unpack these columns in this order.
_PEOPLE = f"""
SELECT array_agg(a.agent_id), array_agg(a.employee_id), array_agg(e.username),
       array_agg(a.hostname), array_agg(a.agent_version), array_agg(a.platform),
       array_agg(a.enrolled_at), array_agg(e.display_name)
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.revoked_at IS NULL AND {visible_to("$1")}
   AND ($2::text IS NULL OR strpos(lower(e.username), lower($2)) > 0
                         OR {_FURTHER}
                         OR strpos(lower(e.display_name), lower($2)) > 0
                         OR strpos(lower(a.hostname), lower($2)) > 0)
   AND ($3::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = a.employee_id AND m.team_id = $3
                                      AND {team_visible_to("$1", "m.team_id")}))
   AND ($4::xid IS NULL OR {_NEWER.format("a", 4)} OR {_NEWER.format("e", 4)})
"""  # noqa: S608 -- our own conditions
_OPEN_ALERTS = """
SELECT employee_id, agent_id, kind FROM alerts
 WHERE resolved_at IS NULL AND employee_id IS NOT NULL ORDER BY alert_id
"""
_CHANGED = f"""
SELECT array_agg(employee_id) FROM employees WHERE {_NEWER.format("employees", 1)}
"""  # noqa: S608 -- our own condition
_LEFT = "SELECT array_agg(employee_id) FROM employees WHERE status = 'left'"
# Those who are in the directory, or never had a device.
_WITHOUT_DEVICE = f"""
SELECT e.employee_id, e.username, e.display_name FROM employees AS e
 WHERE e.status <> 'left' AND {visible_to("$1", "e.employee_id")}
   AND NOT EXISTS (SELECT FROM agents AS a
                    WHERE a.employee_id = e.employee_id AND a.revoked_at IS NULL)
   AND (e.display_name IS NOT NULL OR e.email IS NOT NULL
        OR NOT EXISTS (SELECT FROM agents AS a WHERE a.employee_id = e.employee_id))
   AND ($2::text IS NULL OR strpos(lower(e.username), lower($2)) > 0
                         OR {_FURTHER}
                         OR strpos(lower(e.display_name), lower($2)) > 0)
   AND ($3::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = e.employee_id AND m.team_id = $3
                                      AND {team_visible_to("$1", "m.team_id")}))
 ORDER BY e.username
"""  # noqa: S608 -- our own conditions
_AGENTS = "SELECT array_agg(agent_id) FROM agents WHERE revoked_at IS NULL"
_TEAMS = f"""
SELECT name, array_agg(employee_id) AS members
  FROM teams AS t JOIN team_members USING (team_id) WHERE {team_visible_to("$1")}
 GROUP BY team_id ORDER BY name
"""  # noqa: S608 -- our own condition
_LATEST_FACTS = ", ".join(f"array_agg(p.{name})" for name in LATEST_FACTS)
# Health only where there is something in it.
_NEWEST = f"""
SELECT array_agg(p.agent_id), array_agg(s.name), array_agg(p.last_seen),
       array_agg(p.skew_seconds), array_agg(p.agent_version),
       array_agg(CASE WHEN p.health @> '{{"queued_heartbeats": 0, "queued_logs": 0, "refused": 0,
                                        "dropped_heartbeats": 0, "dropped_logs": 0}}'
                       AND NOT p.health ?| ARRAY['queued', 'failing', 'problem',
                                                 'outbox_set_aside', 'heartbeat_seconds',
                                                 'working_days', 'day_off', 'silent']
                      THEN NULL ELSE p.health::text END),
       array_agg(p.copied_at),
       {_LATEST_FACTS}
  FROM agent_presence AS p LEFT JOIN heartbeat_statuses AS s USING (status)
 WHERE ($1::xid IS NULL OR {_NEWER.format("p", 1)})
   AND ($2::int[] IS NULL OR p.agent_id IN (SELECT unnest($2::int[])))
"""  # noqa: S608 -- our own condition
_LOGS = """
SELECT array_agg(agent_id), array_agg(logs)
  FROM (SELECT agent_id, count(*)::int AS logs FROM employee_logs
         WHERE workday = $1 AND slot > 0 GROUP BY agent_id) AS counted
"""


class PresenceFilter(msgspec.Struct, frozen=True):
    """The wanted agents. *sees_teams_of* as `visible_to` takes it; *search* in names and host."""

    sees_teams_of: int | None = None
    search: str | None = None
    team_id: int | None = None


class ChangeMark(msgspec.Struct, frozen=True):
    """A moment of this database, and how much of agents, people and teams there was."""

    oldest_open: int
    started: datetime
    known: tuple[int, ...]


class PeopleChange(Enum):
    """What happened to agents, people and teams since a mark."""

    NONE = 0
    SOME = 1
    # There is no mark, or it is one of another database.
    UNKNOWN = 2


AgentIdentity: TypeAlias = tuple[int, int, str, str, str, str, datetime, str | None]
"""Agent, employee, user, host, version, platform, enrollment and display name.

These two are plain tuples: of ten thousand rows any other type would take longer to make.
"""
LastHeartbeat: TypeAlias = tuple[
    int,
    str | None,
    datetime | None,
    float | None,
    str | None,
    str | None,
    datetime | None,
    *tuple[Any, ...],
]
"""Agent, status, last seen, skew, version, health as JSON, when a copy was seen, LatestFacts."""


async def read_mark(
    connection: AnyConnection, since: ChangeMark | None
) -> tuple[ChangeMark, PeopleChange]:
    """Return the mark of now, and what happened to agents, people and teams *since*."""
    rows = await connection.fetch(_ROSTER_STATE, _xid(since))
    known = tuple(row["known"] for row in rows)
    now = ChangeMark(rows[0]["oldest_open"], rows[0]["started"], known)
    # Another start may be another database: numbers of transactions mean nothing there.
    if since is None or since.started != now.started or since.oldest_open > now.oldest_open:
        return now, PeopleChange.UNKNOWN
    if since.known != now.known or any(row["newer"] for row in rows):
        return now, PeopleChange.SOME
    return now, PeopleChange.NONE


async def people(
    connection: AnyConnection, wanted: PresenceFilter, since: ChangeMark | None = None
) -> Iterator[AgentIdentity]:
    """Return the agents that are not revoked; with *since*, those that it or its user changed."""
    found = await connection.fetchrow(
        _PEOPLE, wanted.sees_teams_of, wanted.search, wanted.team_id, _xid(since)
    )
    return _rows(found)


async def open_alerts(connection: AnyConnection) -> list[tuple[int, int | None, AlertKind]]:
    """Return the open alerts about employees: employee, device if it is about one, and kind."""
    rows = await connection.fetch(_OPEN_ALERTS)
    return [(row["employee_id"], row["agent_id"], AlertKind(row["kind"])) for row in rows]


async def changed_employees(connection: AnyConnection, since: ChangeMark) -> list[int]:
    """Return the numbers of employees who may have changed *since*, their planned days included."""
    return await connection.fetchval(_CHANGED, _xid(since)) or []


async def left_employees(connection: AnyConnection) -> list[int]:
    """Return the numbers of those who have left."""
    return await connection.fetchval(_LEFT) or []


async def without_device(
    connection: AnyConnection, wanted: PresenceFilter
) -> list[tuple[int, str, str | None]]:
    """Return employee, user and display name of those without a device, by user name."""
    rows = await connection.fetch(
        _WITHOUT_DEVICE, wanted.sees_teams_of, wanted.search, wanted.team_id
    )
    return [tuple(row) for row in rows]


async def agents(connection: AnyConnection) -> list[int]:
    """Return the numbers of all agents that are not revoked."""
    return await connection.fetchval(_AGENTS) or []


async def teams(connection: AnyConnection, wanted: PresenceFilter) -> dict[int, list[str]]:
    """Return the names of the teams of each employee who is in one, in their order.

    Only teams that the user of *wanted* may see.
    """
    found: dict[int, list[str]] = {}
    for team in await connection.fetch(_TEAMS, wanted.sees_teams_of):
        # Most are in one team: those share its list.
        alone = [team["name"]]
        for employee in team["members"]:
            known = found.get(employee)
            found[employee] = alone if known is None else known + alone
    return found


async def newest(
    connection: AnyConnection, since: ChangeMark | None, agents: list[int] | None
) -> Iterator[LastHeartbeat]:
    """Return the last heartbeats of the agents that changed *since*.

    Without *since*, those of all agents; if *agents* are given, only theirs.
    """
    return _rows(await connection.fetchrow(_NEWEST, _xid(since), agents))


async def logs_of(connection: AnyConnection, today: date) -> dict[int, int]:
    """Return how many slots of *today* are filled, by agent."""
    return dict(_rows(await connection.fetchrow(_LOGS, today)))


def _xid(since: ChangeMark | None) -> int | None:
    return None if since is None else since.oldest_open % _XIDS


def _rows(columns: Any) -> Iterator[Any]:
    # Of no rows there are no arrays.
    return zip(*(column or () for column in columns), strict=True)
