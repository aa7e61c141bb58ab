"""Everybody with the newest of each, in one statement."""

from datetime import date

import asyncpg
import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

_FIND = f"""
SELECT a.agent_id, a.employee_id, e.username, a.hostname, a.platform, t.teams, s.name AS status,
       p.last_seen, p.skew_seconds, coalesce(p.agent_version, a.agent_version) AS agent_version,
       l.logs_today, p.health::text AS health
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
  LEFT JOIN heartbeat_statuses AS s ON s.status = p.status
  LEFT JOIN (SELECT m.employee_id, array_agg(t.name ORDER BY t.name) AS teams
               FROM team_members AS m JOIN teams AS t USING (team_id)
              GROUP BY m.employee_id) AS t USING (employee_id)
  LEFT JOIN (SELECT agent_id, count(*) AS logs_today FROM employee_logs
              WHERE workday = $2 AND slot > 0 GROUP BY agent_id) AS l USING (agent_id)
 WHERE a.revoked_at IS NULL AND {visible_to("$1")}
   AND ($3::text IS NULL OR strpos(lower(e.username), lower($3)) > 0
                         OR strpos(lower(a.hostname), lower($3)) > 0)
   AND ($4::int IS NULL OR EXISTS (SELECT FROM team_members AS m
                                    WHERE m.employee_id = a.employee_id AND m.team_id = $4))
 ORDER BY e.username, a.agent_id
"""  # noqa: S608 -- our own condition


class Wanted(msgspec.Struct, frozen=True):
    """Who is asked for. *sees_teams_of* as `visible_to` takes it; *search* in user and host."""

    sees_teams_of: int | None
    search: str | None = None
    team_id: int | None = None


async def find(connection: AnyConnection, wanted: Wanted, today: date) -> list[asyncpg.Record]:
    """Return one row per agent that is not revoked, with the logs of *today*, by user name."""
    return await connection.fetch(_FIND, wanted.sees_teams_of, today, wanted.search, wanted.team_id)
