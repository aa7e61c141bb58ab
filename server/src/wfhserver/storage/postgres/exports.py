"""Rows as CSV, straight out of PostgreSQL: what comes in leaves again, and nothing is collected."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from wfhserver.messages import N_
from wfhserver.offsets import offsets_of
from wfhserver.storage.postgres.cells import guarded
from wfhserver.storage.postgres.connection import AnyConnection, Connection
from wfhserver.storage.postgres.fact_conditions import Parameters
from wfhserver.storage.postgres.fact_export import FactExport, fact_cell
from wfhserver.storage.postgres.log_pages import FILTER, LOG_ID, LogFilter, after_filter

Sink = Callable[[bytes], Coroutine[Any, Any, None]]

# A few hundred thousand rows are sorted and joined in memory; a few exports run at once.
_SNAPSHOT = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '64MB'
"""
# Longer than any export: the client may be slow.
_COPY_SECONDS = 6 * 3600.0
# A workday begins and ends earlier or later in the zone of its laptop.
_ELSEWHERE = timedelta(days=2)
# A log may wait on its laptop.
_ARRIVAL = timedelta(days=366)
_ZONE = "SELECT now() AT TIME ZONE $1::text"


# Once per agent and not per row.
_WHO = f"""
who AS MATERIALIZED (
  SELECT a.agent_id, a.employee_id, {guarded("e.username")} AS username,
         {guarded("a.hostname")} AS hostname
    FROM agents AS a JOIN employees AS e USING (employee_id))"""  # noqa: S608 -- our own text
LOG_COLUMNS = (
    N_("employee"),
    N_("hostname"),
    N_("workday"),
    N_("slot"),
    N_("timestamp"),
    N_("received_at"),
    N_("local_ip"),
    N_("public_ip"),
    N_("country"),
    N_("city"),
    N_("latitude"),
    N_("longitude"),
    N_("screenshot"),
    N_("absent"),
    N_("log_id"),
    N_("time_zone"),
    N_("timestamp_offset"),
    N_("received_at_offset"),
)
# A zone, the moments at which its offset changes, and the offsets.
_IN_ZONE, _CHANGES, _OFFSETS = after_filter(3)
_LOGS_BEGIN = f"""
WITH {_WHO}
SELECT w.username, w.hostname, l.workday, l.slot,
       (l."timestamp" AT TIME ZONE {_IN_ZONE}::text)::timestamp(0),
       (l.received_at AT TIME ZONE {_IN_ZONE}::text)::timestamp(0),
       host(l.local_ip), host(l.public_ip),
       {guarded("(l.location ->> 'country')")}, {guarded("(l.location ->> 'city')")},
       l.location -> 'latitude', l.location -> 'longitude',
       {guarded("(l.screenshot ->> 'status')")},
       CASE WHEN l.absent <> '{{}}' THEN
         (SELECT {guarded("string_agg(key || ': ' || value, '; ')")}
            FROM jsonb_each_text(l.absent))
       END,
       {LOG_ID},
       {guarded("l.time_zone")},
       ({_OFFSETS}::text[])[width_bucket(l."timestamp", {_CHANGES}::timestamptz[]) + 1],
       ({_OFFSETS}::text[])[width_bucket(l.received_at, {_CHANGES}::timestamptz[]) + 1]"""  # noqa: S608 -- our own columns
_LOGS_END = f"""
  FROM employee_logs AS l JOIN who AS w USING (agent_id)
 WHERE {FILTER}
 ORDER BY l.workday, l."timestamp", l.agent_id, l.slot
"""
_LOGS_OF = f"""
SELECT a.employee_id, count(*)::int AS rows
  FROM (SELECT l.agent_id FROM employee_logs AS l WHERE {FILTER}) AS l
  JOIN agents AS a USING (agent_id)
 GROUP BY a.employee_id
"""  # noqa: S608 -- our own columns
HEARTBEAT_COLUMNS = (
    N_("employee"),
    N_("hostname"),
    N_("timestamp"),
    N_("status"),
    N_("timestamp_offset"),
)
_HEARTBEATS_FILTER = """
       h."timestamp" >= $1 AND h."timestamp" < $2
   AND ($3::int[] IS NULL OR h.agent_id = ANY ($3::int[]))"""
_HEARTBEATS = f"""
WITH {_WHO}, names AS MATERIALIZED (
  SELECT status, {guarded("name")} AS name FROM heartbeat_statuses)
SELECT w.username, w.hostname, (h."timestamp" AT TIME ZONE $4::text)::timestamp(0), s.name,
       ($6::text[])[width_bucket(h."timestamp", $5::timestamptz[]) + 1]
  FROM employee_heartbeats AS h JOIN who AS w USING (agent_id) JOIN names AS s USING (status)
 WHERE {_HEARTBEATS_FILTER}
"""  # noqa: S608 -- our own columns
_HEARTBEATS_OF = f"""
SELECT a.employee_id, sum(h.rows)::int AS rows
  FROM (SELECT h.agent_id, count(*) AS rows FROM employee_heartbeats AS h
         WHERE {_HEARTBEATS_FILTER} GROUP BY h.agent_id) AS h JOIN agents AS a USING (agent_id)
 GROUP BY a.employee_id
"""  # noqa: S608 -- our own columns


class HeartbeatFilter(msgspec.Struct, frozen=True):
    """Which heartbeats: from *start* to before *end*, of these agents; None of all."""

    start: datetime
    end: datetime
    agent_ids: list[int] | None = None


ExportFilter = LogFilter | HeartbeatFilter | FactExport


def _range_of(wanted: LogFilter | HeartbeatFilter) -> tuple[datetime, datetime]:
    """Return moments between which all times of an export are, those of arrival too."""
    if isinstance(wanted, HeartbeatFilter):
        return wanted.start, wanted.end
    begins = datetime.combine(wanted.first, time(), UTC)
    return begins - _ELSEWHERE, datetime.combine(wanted.last, time(), UTC) + _ARRIVAL


async def knows_zone(connection: AnyConnection, zone: str) -> bool:
    """Tell whether PostgreSQL knows that time zone."""
    try:
        await connection.fetchval(_ZONE, zone)
    except asyncpg.DataError:
        return False
    return True


async def begin(connection: Connection) -> None:
    """Begin a snapshot: what is counted in it is what is copied."""
    await connection.execute(_SNAPSHOT)


async def count_by_employee(connection: AnyConnection, wanted: ExportFilter) -> dict[int, int]:
    """Return how many rows there are of whom."""
    if isinstance(wanted, FactExport):
        statement, arguments = wanted.counts, wanted.count_arguments
    else:
        statement = _LOGS_OF if isinstance(wanted, LogFilter) else _HEARTBEATS_OF
        arguments = msgspec.structs.astuple(wanted)
    rows = await connection.fetch(statement, *arguments, timeout=_COPY_SECONDS)
    return {row["employee_id"]: row["rows"] for row in rows}


async def copy(
    connection: Connection,
    wanted: ExportFilter,
    zone: str,
    sink: Sink,
    facts: Sequence[Sequence[str]] = (),
) -> None:
    """Give every row to *sink* as lines of CSV, in pieces of any length.

    *facts* are further columns of logs: plugin and fact each.
    """
    if isinstance(wanted, FactExport):
        statement, arguments = wanted.statement, wanted.arguments
    else:
        offsets = offsets_of(ZoneInfo(zone), *_range_of(wanted))
        parameters = Parameters(*msgspec.structs.astuple(wanted), zone, *offsets)
        statement = _HEARTBEATS
        if isinstance(wanted, LogFilter):
            values = (f"(l.extra #> {parameters.add(list(each))}::text[])" for each in facts)
            statement = "".join([_LOGS_BEGIN, *(f", {fact_cell(v)}" for v in values), _LOGS_END])
        arguments = tuple(parameters.values)
    await connection.copy_from_query(
        statement, *arguments, output=sink, format="csv", timeout=_COPY_SECONDS
    )
