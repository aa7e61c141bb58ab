"""Alerts and their rules, as rows."""

from collections.abc import Collection, Mapping
from datetime import datetime

import asyncpg

from wfhserver.models.alerts import AlertKind, Holding, OpenAlert
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

MOST_ALERTS = 500
# Any number will do that nobody else uses in this database.
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({0x77_66_68_04})"
_RULES = "SELECT kind, enabled, threshold, notifies_employee FROM alert_rules"
_SET_RULE = """
INSERT INTO alert_rules (kind, enabled, threshold, notifies_employee) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind) DO UPDATE SET enabled = excluded.enabled, threshold = excluded.threshold,
  notifies_employee = excluded.notifies_employee
"""
_RAISE = """
INSERT INTO alerts (kind, subject, employee_id, agent_id, detail, raised_at)
SELECT $1, h.subject, h.employee_id, h.agent_id, h.detail, $2
  FROM unnest($3::text[], $4::int[], $5::int[], $6::text[])
       AS h (subject, employee_id, agent_id, detail)
 WHERE (h.employee_id IS NULL OR EXISTS (SELECT FROM employees AS e
                                          WHERE e.employee_id = h.employee_id))
   AND (h.agent_id IS NULL OR EXISTS (SELECT FROM agents AS a WHERE a.agent_id = h.agent_id))
ON CONFLICT DO NOTHING
"""
_RESOLVE = """
UPDATE alerts SET resolved_at = $2
 WHERE kind = $1 AND resolved_at IS NULL AND subject <> ALL ($3::text[])
"""
# Nobody hears of what a rule says that was switched off.
_SILENCE = """
UPDATE alerts SET resolved_at = $2, resolution_announced_at = $2
 WHERE kind = $1 AND resolved_at IS NULL
"""
_OPEN_SUBJECTS = "SELECT kind, subject FROM alerts WHERE resolved_at IS NULL"
_COLUMNS = """
SELECT l.alert_id, l.kind, l.employee_id, e.username, e.display_name,
       CASE WHEN e.status = 'active' THEN e.email END AS email,
       ARRAY(SELECT m.team_id FROM team_members AS m WHERE m.employee_id = l.employee_id)
         AS team_ids,
       l.agent_id, a.hostname, p.last_seen, l.detail, l.raised_at, l.resolved_at
  FROM alerts AS l LEFT JOIN employees AS e USING (employee_id)
  LEFT JOIN agents AS a USING (agent_id) LEFT JOIN agent_presence AS p USING (agent_id)
"""
_TO_RAISE = f"""
{_COLUMNS}
 WHERE l.announced_at IS NULL AND l.resolved_at IS NULL ORDER BY l.alert_id
"""
_TO_RESOLVE = f"""
{_COLUMNS}
 WHERE l.announced_at IS NOT NULL AND l.resolved_at IS NOT NULL
   AND l.resolution_announced_at IS NULL ORDER BY l.alert_id
"""
_UNANNOUNCED = """
SELECT DISTINCT employee_id FROM alerts
 WHERE employee_id IS NOT NULL
   AND (announced_at IS NULL AND resolved_at IS NULL
        OR announced_at IS NOT NULL AND resolved_at IS NOT NULL
           AND resolution_announced_at IS NULL)
"""
_ANNOUNCED = "UPDATE alerts SET announced_at = $2 WHERE alert_id = ANY ($1::int[])"
_RESOLUTION_ANNOUNCED = """
UPDATE alerts SET resolution_announced_at = $2 WHERE alert_id = ANY ($1::int[])
"""
_LIST = f"""
{_COLUMNS}
 WHERE CASE WHEN l.employee_id IS NULL THEN $1::int IS NULL
            ELSE {visible_to("$1", "l.employee_id")} END
   AND ($2::boolean IS NULL OR $2 = (l.resolved_at IS NOT NULL))
   AND ($3::int IS NULL OR l.alert_id < $3)
   AND ($4::timestamptz IS NULL OR l.resolved_at >= $4)
 ORDER BY l.alert_id DESC LIMIT $5
"""


async def rules(connection: AnyConnection) -> dict[str, tuple[bool, int, bool]]:
    """Return the rules that were changed: enabled, threshold, whether employees are notified."""
    rows = await connection.fetch(_RULES)
    return {
        row["kind"]: (row["enabled"], row["threshold"], row["notifies_employee"]) for row in rows
    }


async def set_rule(
    connection: AnyConnection,
    kind: AlertKind,
    *,
    enabled: bool,
    threshold: int,
    notifies_employee: bool,
) -> None:
    """Change a rule."""
    await connection.execute(_SET_RULE, kind, enabled, threshold, notifies_employee)


async def update(
    connection: AnyConnection,
    kind: AlertKind,
    holding: Mapping[str, Holding],
    undecided: Collection[str],
    now: datetime,
) -> None:
    """Raise what is in *holding* and not open yet; resolve what is in neither of both."""
    found = list(holding.values())
    await connection.execute(
        _RAISE,
        kind,
        now,
        [each.subject for each in found],
        [each.employee_id for each in found],
        [each.agent_id for each in found],
        [each.detail for each in found],
    )
    await connection.execute(_RESOLVE, kind, now, [*holding, *undecided])


async def silence(connection: AnyConnection, kind: AlertKind, now: datetime) -> None:
    """Resolve the alerts of a rule that is off, without a message."""
    await connection.execute(_SILENCE, kind, now)


async def open_subjects(connection: AnyConnection) -> dict[AlertKind, set[str]]:
    """Return what has an open alert, by kind."""
    found: dict[AlertKind, set[str]] = {kind: set() for kind in AlertKind}
    for row in await connection.fetch(_OPEN_SUBJECTS):
        found[AlertKind(row["kind"])].add(row["subject"])
    return found


async def to_announce(connection: AnyConnection, *, resolved: bool) -> list[OpenAlert]:
    """Return what nobody has got a message of yet, oldest first."""
    rows = await connection.fetch(_TO_RESOLVE if resolved else _TO_RAISE)
    return [_alert_of(row) for row in rows]


async def unannounced_employees(connection: AnyConnection) -> list[int]:
    """Return the employees of alerts of which nobody has got a message yet."""
    return [row["employee_id"] for row in await connection.fetch(_UNANNOUNCED)]


async def set_announced(
    connection: AnyConnection, alert_ids: Collection[int], now: datetime, *, resolved: bool
) -> None:
    """Note that messages of these were put into the outbox."""
    sql = _RESOLUTION_ANNOUNCED if resolved else _ANNOUNCED
    await connection.execute(sql, list(alert_ids), now)


async def page(
    connection: AnyConnection,
    sees_teams_of: int | None,
    *,
    resolved: bool | None = None,
    before: int | None = None,
    resolved_since: datetime | None = None,
    limit: int = MOST_ALERTS,
) -> list[OpenAlert]:
    """Return alerts that the user may see, newest first; a manager sees none of the server."""
    rows = await connection.fetch(_LIST, sees_teams_of, resolved, before, resolved_since, limit)
    return [_alert_of(row) for row in rows]


async def try_lock(connection: AnyConnection) -> bool:
    """Tell whether no other worker looks; holds until the transaction ends."""
    return bool(await connection.fetchval(_TRY_LOCK))


def _alert_of(row: asyncpg.Record) -> OpenAlert:
    return OpenAlert(**{**row, "kind": AlertKind(row["kind"])})
