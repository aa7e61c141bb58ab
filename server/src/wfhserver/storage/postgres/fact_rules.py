"""Rules of alerts on facts, and for which device each holds since when, as rows."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from wfhserver.models.facts import FactAlert, FactRule
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.visibility import visible_to

MOST_ALERTS = 500
# Any number will do that nobody else uses in this database.
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({0x77_66_68_02})"
_RULES = """
SELECT rule_id, name, filter AS where, (extract(epoch FROM after) / 3600)::float8 AS hours,
       created_at, created_by
  FROM fact_rules ORDER BY lower(name), rule_id
"""
_ADD = """
INSERT INTO fact_rules (name, filter, after, created_at, created_by)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING rule_id
"""
_DELETE = "DELETE FROM fact_rules WHERE rule_id = $1 RETURNING name"
_ALERTS = f"""
SELECT f.alert_id, f.rule_id, r.name AS rule, f.agent_id, a.employee_id, e.username, a.hostname,
       f.since, f.raised_at, f.resolved_at
  FROM fact_alerts AS f JOIN fact_rules AS r USING (rule_id) JOIN agents AS a USING (agent_id)
  JOIN employees AS e USING (employee_id)
 WHERE f.raised_at IS NOT NULL AND {visible_to("$1")}
   AND ($2::boolean OR f.resolved_at IS NULL)
 ORDER BY f.resolved_at IS NOT NULL, f.raised_at DESC, f.alert_id DESC LIMIT {MOST_ALERTS}
"""  # noqa: S608 -- our own condition
_OPEN = """
INSERT INTO fact_alerts (rule_id, agent_id, since)
SELECT $1, agent_id, $3 FROM unnest($2::int[]) AS m (agent_id) JOIN agents USING (agent_id)
ON CONFLICT DO NOTHING
"""
_RAISE = """
UPDATE fact_alerts AS f SET raised_at = $3
  FROM fact_rules AS r
 WHERE r.rule_id = f.rule_id AND f.rule_id = $1 AND f.agent_id = ANY ($2::int[])
   AND f.resolved_at IS NULL AND f.raised_at IS NULL AND f.since + r.after <= $3
"""
_FORGET = """
DELETE FROM fact_alerts
 WHERE rule_id = $1 AND agent_id <> ALL ($2::int[]) AND raised_at IS NULL
"""
_RESOLVE = """
UPDATE fact_alerts SET resolved_at = $3
 WHERE rule_id = $1 AND agent_id <> ALL ($2::int[]) AND resolved_at IS NULL
"""


async def rules(connection: AnyConnection) -> list[FactRule]:
    """Return the rules in the order of their names."""
    return [FactRule(**row) for row in await connection.fetch(_RULES)]


async def add(
    connection: AnyConnection, name: str, where: str, after: timedelta, by: str, at: datetime
) -> int | None:
    """Store a rule; return its number, None when the name is taken."""
    number: int | None = await connection.fetchval(_ADD, name, where, after, at, by)
    return number


async def delete(connection: AnyConnection, rule_id: int) -> str | None:
    """Delete a rule and its alerts; return its name, None when there is no such."""
    name: str | None = await connection.fetchval(_DELETE, rule_id)
    return name


async def alerts(
    connection: AnyConnection, sees_teams_of: int | None, *, with_resolved: bool
) -> list[FactAlert]:
    """Return the alerts of those whom the user may see, newest first; those resolved behind."""
    rows = await connection.fetch(_ALERTS, sees_teams_of, with_resolved)
    return [FactAlert(**row) for row in rows]


async def update(
    connection: AnyConnection,
    rule_id: int,
    holding: Collection[int],
    undecided: Collection[int],
    now: datetime,
) -> None:
    """Note for which agents the rule holds; of those *undecided* everything stays as it is.

    Of all others an alert is resolved, and what was not raised yet is forgotten.
    """
    await connection.execute(_OPEN, rule_id, list(holding), now)
    await connection.execute(_RAISE, rule_id, list(holding), now)
    staying = [*holding, *undecided]
    await connection.execute(_FORGET, rule_id, staying)
    await connection.execute(_RESOLVE, rule_id, staying, now)


@asynccontextmanager
async def exclusive_alerts(database: Database) -> AsyncIterator["AnyConnection | None"]:
    """Yield a connection in a transaction; None while another worker is at it."""
    async with database.transaction() as connection:
        yield connection if await connection.fetchval(_TRY_LOCK) else None
