"""Facts of devices as CSV, straight out of PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import msgspec

from wfhserver.storage.postgres.cells import guarded
from wfhserver.storage.postgres.fact_conditions import Parameters
from wfhserver.storage.postgres.facts import DEVICES, WantedDevices, WantedFact, newest, where_of


class FactExport(msgspec.Struct, frozen=True):
    """The statements of an export and their parameters, as `exports` runs them.

    *counts* has how many rows there are of which employee.
    """

    statement: str
    counts: str
    arguments: tuple[Any, ...]
    count_arguments: tuple[Any, ...]


def fact_export(wanted: WantedDevices, facts: Sequence[WantedFact], zone: str) -> FactExport:
    """Return the export of *facts*: a row for each device, by employee, times in *zone*."""
    parameters, counting = Parameters(), Parameters()
    values = [f"{newest(fact, parameters)} AS v{at}" for at, fact in enumerate(facts)]
    cells = [fact_cell(f"v.v{at}") for at in range(len(facts))]
    where = where_of(wanted, parameters)
    in_zone = parameters.add(zone)
    statement = f"""
SELECT {guarded("e.username")}, {guarded("a.hostname")},
       (p.last_seen AT TIME ZONE {in_zone}::text)::timestamp(0), {", ".join(cells)}
  {DEVICES} CROSS JOIN LATERAL (SELECT {", ".join(values)}) AS v
 WHERE {where} ORDER BY e.username, a.agent_id
"""
    counts = f"""
SELECT a.employee_id, count(*)::int AS rows {DEVICES}
 WHERE {where_of(wanted, counting)} GROUP BY a.employee_id
"""
    return FactExport(statement, counts, tuple(parameters.values), tuple(counting.values))


def fact_cell(value: str) -> str:
    """Return the SQL of a cell with *value*, SQL of type jsonb."""
    text = f"({value} #>> '{{}}')"
    # A number below zero is no formula.
    return f"CASE WHEN jsonb_typeof({value}) = 'number' THEN {text} ELSE {guarded(text)} END"
