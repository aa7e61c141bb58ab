"""Everything that is recorded of one employee, as JSON that PostgreSQL makes, row by row."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date

from wfhserver.storage.postgres.agents import agents_of
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.latest_facts import LATEST_FACTS
from wfhserver.storage.postgres.log_pages import LOG_ID
from wfhserver.storage.postgres.usernames import FURTHER, has_further, numbers_of
from wfhserver.storage.postgres.visibility import visible_to

_PERSON = f"""
SELECT jsonb_build_object(
  'employee_id', e.employee_id, 'username', e.username, 'recorded_since', e.created_at,
  'further_usernames', {FURTHER},
  'display_name', e.display_name, 'email', e.email, 'time_zone', e.time_zone,
  'country', e.country, 'region', e.region, 'status', e.status,
  'external_id', e.external_id, 'scim_removed', e.scim_removed,
  'manager', (SELECT b.username FROM employees AS b WHERE b.employee_id = e.manager_id),
  'last_import', (SELECT jsonb_build_object('at', i.imported_at, 'by', i.imported_by,
                                            'before', r.before)
                    FROM employee_import_rows AS r JOIN employee_imports AS i USING (import_id)
                   WHERE r.employee_id = e.employee_id),
  'teams', (SELECT coalesce(jsonb_agg(t.name ORDER BY t.name), '[]')
              FROM team_members JOIN teams AS t USING (team_id) WHERE employee_id = $1),
  'calendar_revision', e.calendar_revision,
  'schedules', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                         'valid_from', s.valid_from, 'week', s.week) ORDER BY s.valid_from), '[]')
                  FROM schedules AS s WHERE s.employee_id = e.employee_id),
  'holidays_of', (SELECT jsonb_build_object('country', r.country, 'region', r.region)
                    FROM holiday_regions AS r WHERE r.employee_id = e.employee_id),
  'holidays', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'day', h.day, 'is_holiday', h.is_holiday, 'name', h.name)
                        ORDER BY h.day), '[]')
                 FROM holiday_changes AS h WHERE h.employee_id = e.employee_id),
  'leave', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                     'first_day', l.first_day, 'last_day', l.last_day) ORDER BY l.first_day), '[]')
              FROM leave_ranges AS l WHERE l.employee_id = e.employee_id),
  'legal_hold', (SELECT jsonb_build_object('since', h.held_since, 'by', h.held_by,
                                           'reason', h.reason)
                   FROM legal_holds AS h WHERE h.employee_id = $1),
  'machines', (SELECT coalesce(jsonb_agg(to_jsonb(m) ORDER BY m.enrolled_at), '[]') FROM (
      SELECT 'a' || a.agent_id AS device,
             coalesce(a.reported_username, e.username) AS reported_username,
             a.hostname, a.platform, a.agent_version, a.enrolled_at,
             a.revoked_at, a.confirmed_at, a.blocked, p.copied_at, p.last_seen, s.name AS status,
             p.skew_seconds, p.last_seq,
             p.agent_version AS last_version, p.health, p.extra,
             (SELECT s.plugins FROM plugin_sets AS s
               WHERE s.plugin_set_id = g.plugin_set_id) AS plugins,
             (SELECT jsonb_agg(jsonb_build_object('rule', r.name, 'filter', r.filter,
                                                  'since', f.since, 'raised_at', f.raised_at,
                                                  'resolved_at', f.resolved_at) ORDER BY f.since)
                FROM fact_alerts AS f JOIN fact_rules AS r USING (rule_id)
               WHERE f.agent_id = a.agent_id AND f.raised_at IS NOT NULL) AS alerts,
             {", ".join(f"p.{name}" for name in LATEST_FACTS)}
        FROM agents AS a LEFT JOIN agent_presence AS p USING (agent_id)
        LEFT JOIN heartbeat_statuses AS s ON s.status = p.status
        LEFT JOIN agent_plugins AS g USING (agent_id)
       WHERE a.employee_id = $1) AS m),
  'alerts', (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]') FROM (
      SELECT kind, agent_id, detail, raised_at, resolved_at
        FROM alerts WHERE employee_id = e.employee_id ORDER BY alert_id) AS l),
  'messages', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM (
      SELECT recipient, event, CASE WHEN cardinality(employee_ids) = 1 THEN subject END AS subject,
             created_at, state, ended_at
        FROM messages WHERE employee_ids @> ARRAY[e.employee_id] ORDER BY message_id) AS m),
  'enrolment_requests', (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM (
      SELECT hostname, platform, requested_at, approved_at
        FROM enrollment_requests AS q
       WHERE username = e.username
          OR {has_further("e.employee_id", "f.username = q.username")}) AS r),
  'blocks', (SELECT coalesce(jsonb_agg(to_jsonb(b)), '[]') FROM (
      SELECT hostname, blocked_at, blocked_by
        FROM enrollment_blocks WHERE employee_id = e.employee_id) AS b)
)::text
  FROM employees AS e WHERE e.employee_id = $1
"""  # noqa: S608 -- our own query
# The agents are a parameter in what follows; see `agents_of`.
# The zone of the connections is UTC, and so is a heartbeat's day.
_HEARTBEAT_DAYS = """
SELECT DISTINCT "timestamp"::date AS day FROM employee_heartbeats
 WHERE agent_id = ANY ($1::int[]) ORDER BY day
"""
_HEARTBEATS = """
SELECT jsonb_build_object('timestamp', h."timestamp", 'hostname', a.hostname,
                          'status', s.name)::text
  FROM employee_heartbeats AS h JOIN agents AS a USING (agent_id)
  JOIN heartbeat_statuses AS s ON s.status = h.status
 WHERE h.agent_id = ANY ($1::int[])
   AND h."timestamp" >= $2::date AND h."timestamp" < $2::date + 1
 ORDER BY h."timestamp"
"""
# Older files are named after the agent's own number, which only administrators see.
_FILE = """'screenshots/' || regexp_replace(
  l.screenshot_path, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'a' || l.agent_id)"""
_DAYS = """
SELECT jsonb_build_object('day', d.day, 'hostname', a.hostname, 'heartbeats', d.heartbeats,
                          'first', d.first::time(0), 'last', d.last::time(0))::text
  FROM (SELECT "timestamp"::date AS day, agent_id, count(*) AS heartbeats,
               min("timestamp") AS first, max("timestamp") AS last
          FROM employee_heartbeats WHERE agent_id = ANY ($1::int[]) GROUP BY 1, 2) AS d
  JOIN agents AS a USING (agent_id)
 ORDER BY d.day, a.hostname
"""
_ATTENDANCE = """
SELECT (to_jsonb(d) - 'employee_id')::text FROM attendance_days AS d
 WHERE employee_id = $1 ORDER BY day
"""
_LOGS = f"""
SELECT (to_jsonb(l) - '{{agent_id,screenshot_path,screenshot_sha256}}'::text[]
        || jsonb_build_object('hostname', a.hostname, 'log_id', {LOG_ID},
                              'screenshot_sha256', encode(l.screenshot_sha256, 'hex'),
                              'screenshot_file', {_FILE}))::text
  FROM employee_logs AS l JOIN agents AS a USING (agent_id)
 WHERE l.agent_id = ANY ($1::int[]) ORDER BY l.workday, l."timestamp", l.agent_id, l.slot
"""  # noqa: S608
_MISSED = """
SELECT jsonb_build_object('workday', m.workday, 'slot', m.slot, 'reason', m.reason,
                          'awake_from', m.awake_from, 'awake_until', m.awake_until,
                          'hostname', a.hostname)::text
  FROM employee_missed_logs AS m JOIN agents AS a USING (agent_id)
 WHERE m.agent_id = ANY ($1::int[]) ORDER BY m.workday, m.slot
"""
# Details of a row that is about several people may be about the others.
_AUDIT = f"""
SELECT jsonb_build_object('number', a.audit_id, 'at', a.at, 'who', a.actor, 'role', u.role,
                          'what', a.action, 'why', a.reason, 'log', d.details ->> 'log',
                          'details', d.details)::text
  FROM audit AS a
  LEFT JOIN users AS u ON a.actor = 'user:' || u.username
                       OR starts_with(a.actor, 'user:' || u.username || ' key:')
 CROSS JOIN LATERAL (SELECT CASE WHEN cardinality(a.employee_ids) = 1 THEN a.details::jsonb END
                         AS details) AS d
 WHERE a.employee_ids && {numbers_of("$1")} ORDER BY a.audit_id
"""  # noqa: S608 -- our own expression
_ROLES = f"""
SELECT u.role, count(*)::int AS accounts FROM users AS u
 WHERE u.disabled_at IS NULL AND (u.role <> 'manager' OR {visible_to("u.user_id", "$1::int")})
 GROUP BY u.role ORDER BY u.role
"""  # noqa: S608 -- our own condition
_SCREENSHOTS = f"""
SELECT l.screenshot_path, {_FILE} AS name FROM employee_logs AS l
 WHERE l.agent_id = ANY ($1::int[]) AND l.screenshot_path IS NOT NULL ORDER BY l.screenshot_path
"""  # noqa: S608
_NAME = "SELECT username FROM employees WHERE employee_id = $1"
_ROWS_AT_ONCE = 200


async def roles(connection: AnyConnection, employee_id: int) -> dict[str, int]:
    """Return how many accounts of which role may see the employee."""
    rows = await connection.fetch(_ROLES, employee_id)
    return {row["role"]: row["accounts"] for row in rows}


async def person(database: Database, employee_id: int) -> str | None:
    """Return who it is, with teams, machines and their last state; None when there is nobody."""
    async with database.connection() as connection:
        found: str | None = await connection.fetchval(_PERSON, employee_id)
    return found


async def name_of(connection: AnyConnection, employee_id: int) -> str | None:
    """Return the name of an employee; None when there is nobody."""
    name: str | None = await connection.fetchval(_NAME, employee_id)
    return name


async def heartbeats(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield the heartbeats, oldest first; between two days no connection is held."""
    async with database.connection() as connection:
        agents = await agents_of(connection, employee_id)
        days: list[date] = [row["day"] for row in await connection.fetch(_HEARTBEAT_DAYS, agents)]
    for day in days:
        async with aclosing(_texts(database, _HEARTBEATS, agents, day)) as texts:
            async for text in texts:
                yield text


def days(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield how many heartbeats there are of which day and device, oldest first."""
    return _of_agents(database, _DAYS, employee_id)


def attendance(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield the days of device activity, oldest first."""
    return _texts(database, _ATTENDANCE, employee_id)


def logs(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield the detailed logs, oldest first."""
    return _of_agents(database, _LOGS, employee_id)


def missed(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield the slots that stayed empty, oldest first."""
    return _of_agents(database, _MISSED, employee_id)


def audit_rows(database: Database, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield who looked at or changed what of the employee, oldest first."""
    return _texts(database, _AUDIT, employee_id)


async def screenshots(connection: AnyConnection, employee_id: int) -> dict[str, str]:
    """Return the name in an export of each screenshot, by its key."""
    rows = await connection.fetch(_SCREENSHOTS, await agents_of(connection, employee_id))
    return {row["screenshot_path"]: row["name"] for row in rows}


async def _of_agents(database: Database, sql: str, employee_id: int) -> AsyncGenerator[str, None]:
    """Yield the texts of *sql*, whose parameter is the employee's agents."""
    async with database.connection() as connection:
        agents = await agents_of(connection, employee_id)
    async with aclosing(_texts(database, sql, agents)) as texts:
        async for text in texts:
            yield text


async def _texts(database: Database, sql: str, *arguments: object) -> AsyncGenerator[str, None]:
    async with database.transaction() as connection:
        async for row in connection.cursor(sql, *arguments, prefetch=_ROWS_AT_ONCE):
            yield row[0]
