"""The newest facts of devices, and one of them over time.

A fact is in the last heartbeat, in the last detailed log, or in both; then the heartbeat's counts.
What a device has of a plugin that it no longer has does not count.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from wfhserver.models.facts import Condition, Operator
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.employees import NameKey
from wfhserver.storage.postgres.fact_conditions import Parameters, holds_for
from wfhserver.storage.postgres.usernames import has_further
from wfhserver.storage.postgres.visibility import visible_to

DEVICES = """
  FROM agents AS a JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id) JOIN agent_plugins AS g USING (agent_id)
  LEFT JOIN agent_log_facts AS l USING (agent_id)
"""
_POINTS = """
SELECT "timestamp" AS at, (extra #> $4::text[])::text AS value, absent ->> $5 AS missing
  FROM employee_logs
 WHERE agent_id = $1 AND workday BETWEEN $2 AND $3 AND slot > 0
   AND (extra #> $4::text[] IS NOT NULL OR absent ? $5)
 ORDER BY "timestamp"
"""


class WantedFact(msgspec.Struct, frozen=True):
    """A fact, and the sets of plugins that have its plugin."""

    plugin: str
    name: str
    sets: Sequence[int]


class WantedDevices(msgspec.Struct, frozen=True):
    """Which devices: those with one of *sets* for which every condition holds.

    *agent_ids* are those of people that may be seen; None is all, as far as *sees_teams_of* goes.
    """

    sees_teams_of: int | None
    agent_ids: list[int] | None = None
    search: str | None = None
    sets: Sequence[int] | None = None
    conditions: Sequence[tuple[Condition, WantedFact]] = ()


class StoredFacts(msgspec.Struct, frozen=True):
    """A device; the last three have an entry for each fact, values as JSON and None for none."""

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    last_seen: datetime | None
    logged_at: datetime | None
    now: list[str | None]
    logged: list[str | None]
    missing: list[str | None]


class StoredValue(msgspec.Struct, frozen=True):
    """A value as JSON, None where it is missing, and whose devices have it."""

    value: str | None
    devices: int
    employee_ids: list[int]


class StoredPoint(msgspec.Struct, frozen=True):
    """A fact in a log; *value* is JSON."""

    at: datetime
    value: str | None
    missing: str | None


async def page(
    connection: AnyConnection,
    wanted: WantedDevices,
    facts: Sequence[WantedFact],
    after: NameKey | None,
    limit: int,
) -> list[StoredFacts]:
    """Return at most *limit* devices behind *after* in the order of names, with their *facts*."""
    parameters = Parameters()
    values = [_texts_of(fact, parameters) for fact in facts]
    columns = (f"ARRAY[{', '.join(each)}]::text[]" for each in zip(*values, strict=True))
    where = where_of(wanted, parameters)
    if after is not None:
        name, number = parameters.add(after.name), parameters.add(after.number)
        where += f" AND (e.username, a.agent_id) > ({name}::text, {number}::int)"
    rows = await connection.fetch(
        f"""
SELECT a.agent_id, a.employee_id, e.username, a.hostname, p.last_seen, l."timestamp",
       {", ".join(columns) or "'{}'::text[], '{}'::text[], '{}'::text[]"}
  {DEVICES} WHERE {where}
 ORDER BY e.username, a.agent_id LIMIT {parameters.add(limit)}
""",
        *parameters.values,
    )
    return [StoredFacts(*row) for row in rows]


async def count(connection: AnyConnection, wanted: WantedDevices) -> int:
    """Return how many devices there are of it."""
    parameters = Parameters()
    found: int = await connection.fetchval(
        f"SELECT count(*) {DEVICES} WHERE {where_of(wanted, parameters)}",
        *parameters.values,
    )
    return found


async def agents(connection: AnyConnection, wanted: WantedDevices) -> list[int]:
    """Return the agents of all those devices."""
    parameters = Parameters()
    rows = await connection.fetch(
        f"SELECT a.agent_id {DEVICES} WHERE {where_of(wanted, parameters)}",
        *parameters.values,
    )
    return [row["agent_id"] for row in rows]


async def verdicts(
    connection: AnyConnection, condition: Condition, fact: WantedFact
) -> dict[int, bool | None]:
    """Return whether *condition* holds, for each device that has the plugin.

    None is not known: the fact is missing, and that is not what is asked for.
    """
    parameters = Parameters()
    value = newest(fact, parameters)
    holds = holds_for(condition, "v.value", parameters)
    if condition.operator not in (Operator.MISSING, Operator.KNOWN):
        holds = f"CASE WHEN v.value IS NOT NULL THEN {holds} END"
    wanted = WantedDevices(None, sets=fact.sets)
    rows = await connection.fetch(
        f"""
SELECT a.agent_id, {holds} AS holds {DEVICES} CROSS JOIN LATERAL (SELECT {value} AS value) AS v
 WHERE {where_of(wanted, parameters)}
""",
        *parameters.values,
    )
    return {row["agent_id"]: row["holds"] for row in rows}


async def values(
    connection: AnyConnection, wanted: WantedDevices, fact: WantedFact, *, with_people: bool
) -> list[StoredValue]:
    """Return the values of a fact, those of most devices first.

    Without *with_people* nobody is in `employee_ids`: to collect them takes as long as the rest.
    """
    parameters = Parameters()
    value = newest(fact, parameters)
    people = "array_agg(DISTINCT a.employee_id)" if with_people else "'{}'::int[]"
    rows = await connection.fetch(
        f"""
SELECT {value}::text AS value, count(*)::int AS devices, {people} AS employee_ids
  {DEVICES} WHERE {where_of(wanted, parameters)} GROUP BY 1 ORDER BY devices DESC, value
""",
        *parameters.values,
    )
    return [StoredValue(*row) for row in rows]


async def points(
    connection: AnyConnection, agent_id: int, days: tuple[date, date], fact: WantedFact
) -> list[StoredPoint]:
    """Return a fact in the detailed logs of a device on *days*, oldest first."""
    path, name = [fact.plugin, fact.name], f"{fact.plugin}.{fact.name}"
    return [
        StoredPoint(*row) for row in await connection.fetch(_POINTS, agent_id, *days, path, name)
    ]


def newest(fact: WantedFact, parameters: Parameters) -> str:
    """Return the SQL of the newest value; null where the device has no such plugin, or no value."""
    path = parameters.add([fact.plugin, fact.name])
    either = f"coalesce(p.extra #> {path}::text[], l.extra #> {path}::text[])"
    return _only_where(_has(fact.sets, parameters), f"nullif({either}, 'null')")


def _texts_of(fact: WantedFact, parameters: Parameters) -> tuple[str, str, str]:
    path = parameters.add([fact.plugin, fact.name])
    missing = parameters.add(f"{fact.plugin}.{fact.name}")
    has = _has(fact.sets, parameters)
    return (
        _only_where(has, f"nullif(p.extra #> {path}::text[], 'null')::text"),
        _only_where(has, f"nullif(l.extra #> {path}::text[], 'null')::text"),
        _only_where(has, f"l.absent ->> {missing}"),
    )


def _only_where(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"


def _has(sets: Sequence[int], parameters: Parameters) -> str:
    """Return the condition that the device has one of *sets*."""
    return f"g.plugin_set_id = ANY ({parameters.add(list(sets))}::int[])"


def where_of(wanted: WantedDevices, parameters: Parameters) -> str:
    """Return the condition on a device of DEVICES."""
    found = ["a.revoked_at IS NULL", visible_to(parameters.add(wanted.sees_teams_of))]
    if wanted.agent_ids is not None:
        found.append(f"a.agent_id = ANY ({parameters.add(wanted.agent_ids)}::int[])")
    if wanted.search is not None:
        text = f"lower({parameters.add(wanted.search)}::text)"
        found.append(
            f"(strpos(lower(e.username), {text}) > 0 OR strpos(lower(a.hostname), {text}) > 0"
            f" OR {has_further('e.employee_id', f'strpos(lower(f.username), {text}) > 0')})"
        )
    if wanted.sets is not None:
        found.append(_has(wanted.sets, parameters))
    for condition, fact in wanted.conditions:
        # Only a device that has the plugin can be without the fact.
        found.append(_has(fact.sets, parameters))
        found.append(holds_for(condition, newest(fact, parameters), parameters))
    return " AND ".join(found)
