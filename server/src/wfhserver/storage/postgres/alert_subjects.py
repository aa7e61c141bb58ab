"""What rules of alerts look at, as rows: devices, their logs, requests, facts."""

from datetime import date, datetime
from typing import NamedTuple

from wfhserver.models.alerts import Holding
from wfhserver.storage.postgres.connection import AnyConnection

_WATCHED = """
SELECT a.agent_id, a.employee_id, coalesce(p.last_seen, a.enrolled_at) AS last_seen,
       coalesce(e.time_zone, p.time_zone) AS time_zone, p.health ->> 'day_off' AS day_off,
       ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(p.health -> 'working_days')
         WHEN 'array' THEN p.health -> 'working_days' ELSE '[]' END)) AS working_days
  FROM agents AS a JOIN employees AS e USING (employee_id)
  LEFT JOIN agent_presence AS p USING (agent_id)
 WHERE a.revoked_at IS NULL AND NOT a.blocked AND e.status = 'active'
"""
_DEVICES = f"{_WATCHED} ORDER BY a.agent_id"
_DEVICE_NAMED = f"{_WATCHED} AND a.hostname = $1 ORDER BY a.agent_id DESC LIMIT 1"
_MISSED = """
SELECT agent_id, workday, bool_and(reason LIKE 'no working day%') AS is_day_off
  FROM employee_missed_logs WHERE workday >= $1 AND workday < $2 GROUP BY agent_id, workday
"""
_TAKEN = """
SELECT DISTINCT agent_id, workday FROM employee_logs
 WHERE workday >= $1 AND workday < $2 AND slot > 0 AND agent_id = ANY ($3::int[])
"""
_REQUESTS = """
SELECT 'request:' || agent_uuid AS subject, hostname AS detail FROM enrollment_requests
 WHERE approved_at IS NULL AND requested_at <= $1
"""
_FACTS = """
SELECT 'fact:' || f.rule_id || ':' || f.agent_id AS subject, a.employee_id, a.agent_id,
       r.name AS detail
  FROM fact_alerts AS f JOIN fact_rules AS r USING (rule_id) JOIN agents AS a USING (agent_id)
 WHERE f.raised_at IS NOT NULL AND f.resolved_at IS NULL AND a.revoked_at IS NULL
"""


class WatchedDevice(NamedTuple):
    """A device of somebody who works there; *working_days* and *day_off* are its agent's words."""

    agent_id: int
    employee_id: int
    last_seen: datetime
    time_zone: str | None
    day_off: str | None
    working_days: list[str]


async def devices(connection: AnyConnection) -> list[WatchedDevice]:
    """Return the devices that are neither revoked nor blocked, of employees who are active."""
    return [WatchedDevice(*row) for row in await connection.fetch(_DEVICES)]


async def device_named(connection: AnyConnection, hostname: str) -> WatchedDevice | None:
    """Return the newest of those devices that has that name; None when there is none."""
    row = await connection.fetchrow(_DEVICE_NAMED, hostname)
    return None if row is None else WatchedDevice(*row)


async def missed_days(
    connection: AnyConnection, first: date, before: date
) -> dict[int, dict[date, bool]]:
    """Return of each device the days with a log that is missing, and whether each was a day off."""
    found: dict[int, dict[date, bool]] = {}
    for row in await connection.fetch(_MISSED, first, before):
        found.setdefault(row["agent_id"], {})[row["workday"]] = row["is_day_off"]
    return found


async def days_with_logs(
    connection: AnyConnection, agent_ids: list[int], first: date, before: date
) -> dict[int, set[date]]:
    """Return the days on which these devices have taken a log."""
    found: dict[int, set[date]] = {}
    for row in await connection.fetch(_TAKEN, first, before, agent_ids):
        found.setdefault(row["agent_id"], set()).add(row["workday"])
    return found


async def waiting_requests(connection: AnyConnection, until: datetime) -> list[Holding]:
    """Return the devices that wait for approval since *until* or longer."""
    return [Holding(**row) for row in await connection.fetch(_REQUESTS, until)]


async def raised_facts(connection: AnyConnection) -> list[Holding]:
    """Return for which devices a rule on facts holds long enough."""
    return [Holding(**row) for row in await connection.fetch(_FACTS)]
