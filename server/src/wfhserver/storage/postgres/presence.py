"""Everybody with the newest of each, in one statement."""

from datetime import date

import asyncpg
import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

# Of ten thousand rows each microsecond counts: they come in the order of their hash tables, teams
# as one text of numbers, and health only where there is something in it.
# Who reads a row unpacks these columns in this order.
_FIND = f"""
SELECT a.agent_id, a.employee_id, e.username, a.hostname, t.teams, s.name AS status, p.last_seen,
       p.skew_seconds, coalesce(p.agent_version, a.agent_version) AS agent_version, a.platform,
       coalesce(l.logs_today, 0) AS logs_today,
       CASE WHEN p.health @> '{{"queued_heartbeats": 0, "queued_logs": 0, "refused": 0,
                               "dropped_heartbeats": 0, "dropped_logs": 0}}'
             AND NOT p.health ?| ARRAY['queued', 'failing', 'problem', 'outbox_set_aside']
            THEN NULL ELSE p.health::text END AS health
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
  LEFT JOIN heartbeat_statuses AS s ON s.status = p.status
  LEFT JOIN (SELECT employee_id, string_agg(team_id::text, ' ') AS teams FROM team_members
              GROUP BY employee_id) AS t USING (employee_id)
  LEFT JOIN (SELECT agent_id, count(*)::int AS logs_today FROM employee_logs
              WHERE workday = $2 AND slot > 0 GROUP BY agent_id) AS l USING (agent_id)
 WHERE a.revoked_at IS NULL AND {visible_to("$1")}
   AND ($3::text IS NULL OR strpos(lower(e.username), lower($3)) > 0
                         OR strpos(lower(a.hostname), lower($3)) > 0)
   AND ($4::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = a.employee_id AND m.team_id = $4))
"""  # noqa: S608 -- our own condition
_TEAMS = "SELECT team_id::text, name FROM teams"


class Wanted(msgspec.Struct, frozen=True):
    """Who is asked for. *sees_teams_of* as `visible_to` takes it; *search* in user and host."""

    sees_teams_of: int | None
    search: str | None = None
    team_id: int | None = None


async def find(connection: AnyConnection, wanted: Wanted, today: date) -> list[asyncpg.Record]:
    """Return one row per agent that is not revoked, with the logs of *today*; in any order."""
    return await connection.fetch(_FIND, wanted.sees_teams_of, today, wanted.search, wanted.team_id)


async def team_names(connection: AnyConnection) -> dict[str, str]:
    """Return the names of the teams by their numbers, as `find` writes them."""
    return {row["team_id"]: row["name"] for row in await connection.fetch(_TEAMS)}
