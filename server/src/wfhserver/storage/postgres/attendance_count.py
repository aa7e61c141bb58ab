"""Counts days of employees from heartbeats.

A heartbeat goes on to the next one of the same device, unless that came later than two intervals
after it. Devices of an employee that are on together count once.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.intervals import LONGER, USUAL_SECONDS

# Any number will do that nobody else uses in this database.
_LOCK_KEY: Final = 0x77_66_68_05
_TRY_LOCK: Final = f"SELECT pg_try_advisory_lock({_LOCK_KEY})"
_UNLOCK: Final = f"SELECT pg_advisory_unlock({_LOCK_KEY})"
_UNLOCK_SECONDS: Final = 2.0
# A plan without the values expects a few rows, and takes seconds for a batch.
_PLAN_WITH_VALUES: Final = "SET plan_cache_mode = force_custom_plan"

_COUNTED_UNTIL: Final = "SELECT counted_until FROM attendance_count"
_SET_COUNTED: Final = """
INSERT INTO attendance_count (counted_until) VALUES ($1)
ON CONFLICT (only_row) DO UPDATE SET counted_until = excluded.counted_until
"""
_COUNT_ALL: Final = "DELETE FROM attendance_count"
# Of all devices, revoked ones too: their heartbeats are still there.
_PEOPLE: Final = f"""
SELECT a.employee_id, array_agg(a.agent_id ORDER BY a.agent_id),
       array_agg(2 * (interval '{USUAL_SECONDS} s' + {LONGER}) ORDER BY a.agent_id),
       e.time_zone,
       (array_agg(p.time_zone ORDER BY p.last_seen DESC NULLS LAST)
         FILTER (WHERE p.time_zone IS NOT NULL))[1]
  FROM agents AS a JOIN employees AS e USING (employee_id) JOIN agent_presence AS p USING (agent_id)
 WHERE $1::int[] IS NULL OR a.employee_id = ANY ($1::int[])
 GROUP BY a.employee_id, e.time_zone
HAVING $2::timestamptz IS NULL OR max(p.last_seen) >= $2
 ORDER BY a.employee_id
"""  # noqa: S608 -- our own text
_LATE: Final = """
SELECT DISTINCT a.employee_id, l.day FROM attendance_late AS l JOIN agents AS a USING (agent_id)
"""
_FORGET_LATE: Final = "DELETE FROM attendance_late WHERE marked_at < $1"
_ZONES: Final = """
SELECT employee_id, day, zone FROM attendance_days WHERE employee_id = ANY ($1::int[])
"""
# The zone of a profile was set or changed after these days were counted.
_MOVED: Final = """
SELECT DISTINCT d.employee_id FROM attendance_days AS d JOIN employees AS e USING (employee_id)
 WHERE d.day > $1 AND d.zone <> e.time_zone
"""
# Only this asks the nodes of Citus, and it needs no other table. Of heartbeats in a row only the
# ends are returned, and the first and the last of the day.
_SPANS: Final = """
WITH heartbeats AS (
  SELECT h.agent_id, w.day, w.begins, w.ends, w.longest, h."timestamp" AS at,
         lag(h."timestamp") OVER agent_day AS previous,
         lead(h."timestamp") OVER agent_day AS next
    FROM unnest($1::int[], $2::date[], $3::timestamptz[], $4::timestamptz[], $5::interval[])
           AS w (agent_id, day, begins, ends, longest)
    JOIN employee_heartbeats AS h ON h.agent_id = w.agent_id
     AND h."timestamp" >= w.begins - w.longest AND h."timestamp" < w.ends + w.longest
   WHERE h.agent_id = ANY ($1::int[]) AND h."timestamp" >= $6 AND h."timestamp" < $7
  WINDOW agent_day AS (PARTITION BY h.agent_id, w.day ORDER BY h."timestamp")),
edges AS (
  SELECT agent_id, day, at, next - at <= longest AS goes_on
    FROM heartbeats
   WHERE previous IS NULL OR next IS NULL OR at - previous > longest OR next - at > longest
      OR (previous < begins AND at >= begins) OR (at < ends AND next >= ends))
SELECT agent_id, day, at,
       CASE WHEN goes_on THEN lead(at) OVER (PARTITION BY agent_id, day ORDER BY at) END AS until
  FROM edges
"""
_STORE: Final = """
WITH wanted AS (
  SELECT * FROM unnest($1::int[], $2::date[], $3::text[], $4::timestamptz[], $5::timestamptz[])
             AS w (employee_id, day, zone, begins, ends)),
spans AS (
  SELECT * FROM unnest($6::int[], $7::date[], $8::timestamptz[], $9::timestamptz[])
             AS s (employee_id, day, at, until)),
counted AS (
  SELECT w.employee_id, w.day, w.zone,
         min(s.at) FILTER (WHERE s.at >= w.begins AND s.at < w.ends) AS first_seen,
         max(s.at) FILTER (WHERE s.at >= w.begins AND s.at < w.ends) AS last_seen,
         range_agg(tstzrange(greatest(s.at, w.begins), least(s.until, w.ends)))
           FILTER (WHERE s.until > w.begins AND s.at < w.ends) AS covered
    FROM wanted AS w JOIN spans AS s USING (employee_id, day)
    JOIN employees AS e USING (employee_id)
   GROUP BY w.employee_id, w.day, w.zone),
emptied AS (
  DELETE FROM attendance_days AS d USING wanted AS w
   WHERE d.employee_id = w.employee_id AND d.day = w.day
     AND NOT EXISTS (SELECT FROM counted AS c WHERE c.employee_id = d.employee_id
                        AND c.day = d.day AND c.first_seen IS NOT NULL))
INSERT INTO attendance_days AS d (employee_id, day, zone, first_seen, last_seen, seconds)
SELECT employee_id, day, zone, first_seen, last_seen,
       (SELECT coalesce(round(extract(epoch FROM sum(upper(r) - lower(r)))), 0)
          FROM unnest(covered) AS r)
  FROM counted WHERE first_seen IS NOT NULL ORDER BY employee_id, day
ON CONFLICT (employee_id, day) DO UPDATE
   SET zone = excluded.zone, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
       seconds = excluded.seconds
 WHERE (d.zone, d.first_seen, d.last_seen, d.seconds)
       IS DISTINCT FROM (excluded.zone, excluded.first_seen, excluded.last_seen, excluded.seconds)
"""


class CountedPerson(msgspec.Struct, frozen=True):
    """An employee with devices; *longest* has of each how far apart two heartbeats may be.

    *zone* is that of the profile, *device_zone* that of the device that was seen last.
    """

    employee_id: int
    agent_ids: list[int]
    longest: list[timedelta]
    zone: str | None
    device_zone: str | None


class DayToCount(msgspec.Struct, frozen=True):
    """A day of an employee, by *zone*: from *begins* to before *ends*."""

    person: CountedPerson
    day: date
    zone: str
    begins: datetime
    ends: datetime


class AttendanceRows:
    """The steps of a count; while one process has this, no other counts."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def counted_until(self) -> datetime | None:
        """Return when the last whole count began; None before the first."""
        found: datetime | None = await self._connection.fetchval(_COUNTED_UNTIL)
        return found

    async def set_counted(self, at: datetime) -> None:
        """Note that a whole count began at *at*."""
        await self._connection.execute(_SET_COUNTED, at)

    async def people(
        self, employee_ids: Sequence[int] | None, seen_since: datetime | None = None
    ) -> list[CountedPerson]:
        """Return these employees, or all; with *seen_since* those whose devices were seen then."""
        numbers = None if employee_ids is None else list(employee_ids)
        rows = await self._connection.fetch(_PEOPLE, numbers, seen_since)
        return [CountedPerson(*row) for row in rows]

    async def late(self) -> list[tuple[int, date]]:
        """Return employees, and days of UTC of which heartbeats came late."""
        return [(row[0], row[1]) for row in await self._connection.fetch(_LATE)]

    async def forget_late(self, before: datetime) -> None:
        """Forget what was marked before."""
        await self._connection.execute(_FORGET_LATE, before)

    async def zones(self, employee_ids: Sequence[int]) -> dict[tuple[int, date], str]:
        """Return by which zones days were counted."""
        rows = await self._connection.fetch(_ZONES, list(employee_ids))
        return {(row[0], row[1]): row[2] for row in rows}

    async def moved(self, after: date) -> list[int]:
        """Return employees whose days *after* were counted by another zone than their profile's."""
        return [row[0] for row in await self._connection.fetch(_MOVED, after)]

    async def count(self, days: Sequence[DayToCount]) -> None:
        """Count *days*, a few hundred at most, and replace their rows."""
        pairs = [
            (agent_id, each.day, each.begins, each.ends, longest)
            for each in days
            for agent_id, longest in zip(each.person.agent_ids, each.person.longest, strict=True)
        ]
        first = min(begins - longest for _, _, begins, _, longest in pairs)
        last = max(ends + longest for _, _, _, ends, longest in pairs)
        columns = [list(column) for column in zip(*pairs, strict=True)]
        spans = await self._connection.fetch(_SPANS, *columns, first, last)
        employee_of = {
            agent: each.person.employee_id for each in days for agent in each.person.agent_ids
        }
        await self._connection.execute(
            _STORE,
            [each.person.employee_id for each in days],
            [each.day for each in days],
            [each.zone for each in days],
            [each.begins for each in days],
            [each.ends for each in days],
            [employee_of[row[0]] for row in spans],
            [row[1] for row in spans],
            [row[2] for row in spans],
            [row[3] for row in spans],
        )


async def count_all_again(connection: AnyConnection) -> None:
    """Have the next count begin with the oldest day: history was stored past the heartbeats."""
    await connection.execute(_COUNT_ALL)


@asynccontextmanager
async def exclusive_count(database: Database) -> AsyncIterator[AttendanceRows | None]:
    """Yield the steps, or None when another worker counts."""
    async with database.without_timeout() as connection:
        if not await connection.fetchval(_TRY_LOCK):
            yield None
            return
        try:
            await connection.execute(_PLAN_WITH_VALUES)
            yield AttendanceRows(connection)
        finally:
            # The server may notice a closed connection only after the next count has asked.
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.execute(_UNLOCK, timeout=_UNLOCK_SECONDS)
