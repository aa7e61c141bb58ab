"""Detailed logs, and slots that were missed, newest first; a page begins below a key."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from wfhserver.payload import Moment
from wfhserver.storage.postgres.agents import agents_of
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import visible_to

# `is:AT`, `not:AT/Graz`: a country, or a city of one, as they are on record; a log without a place
# is neither in one nor elsewhere. Anything else is searched for in both.
_COUNTRY, _CITY = "l.location ->> 'country'", "l.location ->> 'city'"
_WANTED = "substr($5, strpos($5, ':') + 1)"
_IS_THERE = f"""CASE WHEN strpos({_WANTED}, '/') = 0 THEN {_COUNTRY} = {_WANTED}
        ELSE nullif(concat({_COUNTRY}, '/', {_CITY}), '/') = {_WANTED} END"""
_PLACE = f"""CASE WHEN $5 LIKE 'is:%' THEN {_IS_THERE} WHEN $5 LIKE 'not:%' THEN NOT ({_IS_THERE})
        ELSE strpos(lower(concat_ws(' ', {_CITY}, {_COUNTRY})), lower($5)) > 0 END"""
LOG_ID = """l.workday || '.' || l.agent_id || '.' || l.slot || CASE WHEN l.slot > 0 THEN '' ELSE
         '.' || (extract(epoch FROM l."timestamp") * 1000000)::bigint END"""
"""The name of a log in an address, as `logs/ids.py` reads it."""


class LogFilter(msgspec.Struct, frozen=True):
    """Which logs; None leaves nothing out. *agent_ids* are those of people that may be seen.

    *place* as in FILTER. Without *with_tests* there are no test logs, as for a manager. *facts* is
    a jsonpath that finds something in the facts of plugins.

    Its fields, in this order, are the first parameters of a statement with FILTER.
    """

    first: date
    last: date
    agent_ids: list[int] | None = None
    has_screenshot: bool | None = None
    place: str | None = None
    with_tests: bool = True
    facts: str | None = None

    @property
    def excludes_missed(self) -> bool:
        """Whether it asks for what missed slots do not have."""
        return (self.has_screenshot, self.place, self.facts) != (None, None, None)


def after_filter(count: int) -> list[str]:
    """Return the next *count* parameters of a statement, after those of LogFilter."""
    first = len(LogFilter.__struct_fields__) + 1
    return [f"${number}" for number in range(first, first + count)]


# For this page and for the exports.
FILTER = f"""
       l.workday BETWEEN $1 AND $2
   AND ($3::int[] IS NULL OR l.agent_id = ANY ($3::int[]))
   AND ($4::boolean IS NULL OR (l.screenshot_path IS NOT NULL) = $4)
   AND ($5::text IS NULL OR {_PLACE})
   AND ($6::boolean OR l.slot > 0)
   AND ($7::text IS NULL OR l.extra @? $7::text::jsonpath)"""
_ON_HOLD = "EXISTS (SELECT FROM legal_holds AS h WHERE h.employee_id = a.employee_id) AS held"
# In the order of StoredLog's fields.
_COLUMNS = f"""
       l.workday, l."timestamp", l.agent_id, l.slot, l.received_at, host(l.local_ip) AS local_ip,
       host(l.public_ip) AS public_ip, l.location::text,
       l.screenshot ->> 'status' AS screenshot_status,
       l.screenshot::text AS screenshot, l.screenshot_path, l.absent::text, l.time_zone, a.hostname,
       a.employee_id, e.username, {_ON_HOLD}"""
_ORDER = 'workday DESC, "timestamp" DESC, agent_id DESC, slot DESC'
_DAY, _AT, _AGENT, _SLOT, _LIMIT = after_filter(5)
# The page first, so that only its rows are joined.
PAGE = f"""
WITH l AS MATERIALIZED (
  SELECT * FROM employee_logs AS l WHERE {FILTER}
     AND ({_DAY}::date IS NULL OR (l.workday <= {_DAY}
          AND (l.workday, l."timestamp", l.agent_id, l.slot)
              < ({_DAY}, {_AT}, {_AGENT}, {_SLOT})))
   ORDER BY {_ORDER} LIMIT {_LIMIT})
SELECT {_COLUMNS} FROM l JOIN agents AS a USING (agent_id) JOIN employees AS e USING (employee_id)
 ORDER BY {_ORDER}
"""  # noqa: S608 -- our own columns
# Counted so far only: nobody reads a longer list, and counting it all takes its time.
COUNT_LIMIT = 1000
_WITH_LOGS, _WITH_MISSED = after_filter(2)
_COUNT = f"""
SELECT count(*)::int FROM (
  SELECT 1 FROM employee_logs AS l WHERE {_WITH_LOGS} AND {FILTER}
   UNION ALL
  SELECT 1 FROM employee_missed_logs AS m
   WHERE {_WITH_MISSED} AND m.workday BETWEEN $1 AND $2
     AND ($3::int[] IS NULL OR m.agent_id = ANY ($3::int[]))
   LIMIT {COUNT_LIMIT + 1}) AS found
"""  # noqa: S608 -- our own columns
# A missed slot is listed at the end of its workday. In the order of StoredMissedSlot's fields.
_MISSED = f"""
WITH m AS MATERIALIZED (
  SELECT workday, (workday + 1)::timestamp AT TIME ZONE 'UTC' AS "timestamp", agent_id, slot,
         reason, awake_from, awake_until
    FROM employee_missed_logs AS m
   WHERE workday BETWEEN $1 AND $2 AND ($3::int[] IS NULL OR agent_id = ANY ($3::int[]))
     AND ($4::date IS NULL OR (workday <= $4
          AND (workday, (workday + 1)::timestamp AT TIME ZONE 'UTC', agent_id, slot)
              < ($4, $5, $6, $7)))
   ORDER BY workday DESC, agent_id DESC, slot DESC LIMIT $8)
SELECT m.workday, m."timestamp", m.agent_id, m.slot, m.reason, m.awake_from, m.awake_until,
       a.hostname, a.employee_id,
       e.username, {_ON_HOLD}
  FROM m JOIN agents AS a USING (agent_id) JOIN employees AS e USING (employee_id)
 ORDER BY workday DESC, agent_id DESC, slot DESC
"""  # noqa: S608 -- our own columns
_ONE = f"""
SELECT {_COLUMNS}, l.extra::text AS extra, encode(l.screenshot_sha256, 'hex') AS sha256
  FROM employee_logs AS l JOIN agents AS a USING (agent_id) JOIN employees AS e USING (employee_id)
 WHERE l.workday = $2 AND l.agent_id = $3 AND l.slot = $4 AND (l.slot > 0 OR l."timestamp" = $5)
   AND {visible_to("$1")} AND (l.slot > 0 OR $6::boolean)
"""  # noqa: S608 -- our own columns
_NEIGHBOUR = """
SELECT workday, "timestamp", agent_id, slot FROM employee_logs
 WHERE agent_id = ANY ($1::int[])
   AND (slot > 0 OR $6::boolean)
   AND workday {0}= $2 AND (workday, "timestamp", agent_id, slot) {0} ($2, $3, $4, $5)
 ORDER BY workday {1}, "timestamp" {1}, agent_id {1}, slot {1} LIMIT 1
"""
_OLDER, _NEWER = _NEIGHBOUR.format("<", "DESC"), _NEIGHBOUR.format(">", "ASC")
_MOST_PLACES = 2000
_PLACES = f"""
SELECT {_COUNTRY} AS country, {_CITY} AS city, count(*)::int AS logs,
       array_agg(DISTINCT a.employee_id) AS employee_ids
  FROM employee_logs AS l JOIN agents AS a USING (agent_id)
 WHERE {FILTER} AND num_nonnulls({_COUNTRY}, {_CITY}) > 0
 GROUP BY 1, 2 ORDER BY logs DESC, country, city LIMIT {_MOST_PLACES}
"""  # noqa: S608 -- our own columns
_EXTRAS = """
SELECT workday, "timestamp", agent_id, slot, extra::text
  FROM employee_logs
 WHERE agent_id = ANY ($1::int[]) AND workday = ANY ($2::date[]) AND "timestamp" = ANY ($3)
"""
# The plan depends on the number of agents; PostgreSQL plans each page again.
_OWN_PLAN = "SET LOCAL plan_cache_mode = force_custom_plan"


class LogKey(msgspec.Struct, frozen=True, order=True, array_like=True, forbid_unknown_fields=True):
    """The place of a row among all others."""

    workday: date
    timestamp: Moment
    agent_id: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    slot: Annotated[int, Meta(ge=0, le=2)]


class _StoredRow(msgspec.Struct, frozen=True, gc=False):
    workday: date
    timestamp: datetime
    agent_id: int
    slot: int

    @property
    def key(self) -> LogKey:
        """Return its place in the order of the list."""
        return LogKey(self.workday, self.timestamp, self.agent_id, self.slot)


class StoredLog(_StoredRow, frozen=True, gc=False):
    """A detailed log with whose it is; *location*, *screenshot* and *absent* are JSON.

    *held* is true while a legal hold keeps the employee's data.
    """

    received_at: datetime
    local_ip: str | None
    public_ip: str | None
    location: str | None
    screenshot_status: str | None
    screenshot: str
    screenshot_path: str | None
    absent: str
    time_zone: str | None
    hostname: str
    employee_id: int
    username: str
    held: bool


class StoredLogDetail(StoredLog, frozen=True, gc=False):
    """Everything of one log; *extra* is JSON."""

    extra: str
    sha256: str | None


class StoredMissedSlot(_StoredRow, frozen=True, gc=False):
    """A slot that stayed empty, with whose it is."""

    reason: str
    awake_from: datetime | None
    awake_until: datetime | None
    hostname: str
    employee_id: int
    username: str
    held: bool


class PlaceCount(msgspec.Struct, frozen=True):
    """How many logs were taken at a place, and whose they are."""

    country: str | None
    city: str | None
    logs: int
    employee_ids: list[int]


async def page(
    connection: AnyConnection, wanted: LogFilter, below: LogKey | None, limit: int
) -> list[StoredLog]:
    """Return at most *limit* logs below that key, newest first. Needs a transaction."""
    await connection.execute(_OWN_PLAN)
    filters = msgspec.structs.astuple(wanted)
    rows = await connection.fetch(PAGE, *filters, *_columns(below), limit)
    return [StoredLog(*row) for row in rows]


async def missed_page(
    connection: AnyConnection, wanted: LogFilter, below: LogKey | None, limit: int
) -> list[StoredMissedSlot]:
    """Return at most *limit* missed slots below that key, newest first. Needs a transaction."""
    await connection.execute(_OWN_PLAN)
    rows = await connection.fetch(
        _MISSED, wanted.first, wanted.last, wanted.agent_ids, *_columns(below), limit
    )
    return [StoredMissedSlot(*row) for row in rows]


async def extras(connection: AnyConnection, rows: Sequence[StoredLog]) -> dict[LogKey, str]:
    """Return the facts of plugins in these logs, as JSON."""
    columns = zip(*((row.agent_id, row.workday, row.timestamp) for row in rows), strict=True)
    found = await connection.fetch(_EXTRAS, *(list(each) for each in columns)) if rows else []
    return {LogKey(*row[:4]): row["extra"] for row in found}


async def count(connection: AnyConnection, wanted: LogFilter, *, logs: bool, missed: bool) -> int:
    """Return how many logs and missed slots there are, at most COUNT_LIMIT and one."""
    found: int = await connection.fetchval(_COUNT, *msgspec.structs.astuple(wanted), logs, missed)
    return found


async def places(connection: AnyConnection, wanted: LogFilter) -> list[PlaceCount]:
    """Return the countries and cities of logs, most logs first, and whose they are."""
    await connection.execute(_OWN_PLAN)
    rows = await connection.fetch(_PLACES, *msgspec.structs.astuple(wanted))
    return [PlaceCount(*row) for row in rows]


async def one(
    connection: AnyConnection, sees_teams_of: int | None, key: LogKey, *, with_tests: bool
) -> StoredLogDetail | None:
    """Return a log with everything of it; of slots 1 and 2 the moment does not matter."""
    row = await connection.fetchrow(
        _ONE, sees_teams_of, key.workday, key.agent_id, key.slot, key.timestamp, with_tests
    )
    return None if row is None else StoredLogDetail(*row)


async def neighbors(
    connection: AnyConnection, employee_id: int, key: LogKey, *, with_tests: bool
) -> tuple[LogKey | None, LogKey | None]:
    """Return where the same employee's next older and next newer log stand."""
    agents = await agents_of(connection, employee_id)
    older = await connection.fetchrow(_OLDER, agents, *_columns(key), with_tests)
    newer = await connection.fetchrow(_NEWER, agents, *_columns(key), with_tests)
    return (
        None if older is None else LogKey(*older),
        None if newer is None else LogKey(*newer),
    )


def _columns(key: LogKey | None) -> tuple[Any, ...]:
    return (None, None, None, None) if key is None else msgspec.structs.astuple(key)
