"""Days of device activity, as `attendance_count` counted them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.employees import NameKey

# Who has left is shown as long as there is something to show.
_STAYS: Final = """
(e.status <> 'left' OR EXISTS (SELECT FROM attendance_days AS d
                                WHERE d.employee_id = e.employee_id
                                  AND d.day BETWEEN {} AND {}))"""
_PEOPLE: Final = f"""
SELECT e.employee_id, e.username, e.display_name FROM employees AS e
 WHERE ($1::int[] IS NULL OR e.employee_id = ANY ($1::int[]))
   AND ($2::text IS NULL OR (e.username, e.employee_id) > ($2, $3::int))
   AND {_STAYS.format("$5", "$6")}
 ORDER BY e.username, e.employee_id LIMIT $4
"""  # noqa: S608 -- our own condition
_DAYS: Final = """
SELECT employee_id, day, zone, first_seen, last_seen, seconds FROM attendance_days
 WHERE employee_id = ANY ($1::int[]) AND day BETWEEN $2 AND $3
"""
LOGS: Final = """
SELECT a.employee_id, l.workday AS day, sum(l.logs)::int AS logs
  FROM (SELECT agent_id, workday, count(*) AS logs FROM employee_logs
         WHERE workday BETWEEN {0} AND {1} AND slot > 0 AND {2}
         GROUP BY agent_id, workday) AS l
  JOIN agents AS a USING (agent_id)
 GROUP BY a.employee_id, l.workday"""
ALL_OR_SOME: Final = "({0}::int[] IS NULL OR agent_id = ANY ({0}::int[]))"
# Day by day: a plan for the range would read everybody's logs.
_LOGS: Final = """
SELECT a.employee_id, l.workday, sum(l.logs)::int
  FROM (SELECT l.agent_id, l.workday, count(*) AS logs
          FROM unnest($1::date[]) AS d (day) JOIN employee_logs AS l ON l.workday = d.day
         WHERE l.slot > 0 AND l.agent_id = ANY ($2::int[])
         GROUP BY l.agent_id, l.workday) AS l
  JOIN agents AS a USING (agent_id)
 GROUP BY a.employee_id, l.workday
"""
_ALL_LOGS: Final = LOGS.format("$1", "$2", ALL_OR_SOME.format("$3"))
_AGENTS: Final = "SELECT array_agg(agent_id) FROM agents WHERE employee_id = ANY ($1::int[])"
_TOTALS: Final = f"""
WITH logs AS (
  SELECT day, sum(logs)::int AS logs FROM ({_ALL_LOGS}) AS l GROUP BY day),
activity AS (
  SELECT day, count(*)::int AS employees, sum(seconds)::bigint AS seconds FROM attendance_days
   WHERE ($4::int[] IS NULL OR employee_id = ANY ($4::int[])) AND day BETWEEN $1 AND $2
   GROUP BY day)
SELECT day, coalesce(employees, 0), coalesce(seconds, 0), coalesce(logs, 0)
  FROM activity FULL JOIN logs USING (day) ORDER BY day
"""  # noqa: S608 -- our own text
_ZONES: Final = """
SELECT DISTINCT zone FROM attendance_days
 WHERE ($1::int[] IS NULL OR employee_id = ANY ($1::int[])) AND day BETWEEN $2 AND $3
"""
_COUNTED_UNTIL: Final = "SELECT counted_until FROM attendance_count"


class AttendancePerson(msgspec.Struct, frozen=True):
    """An employee with what people call them."""

    employee_id: int
    username: str
    display_name: str | None


class StoredDay(msgspec.Struct, frozen=True):
    """Device activity of a day of *zone*."""

    zone: str
    first_seen: datetime
    last_seen: datetime
    seconds: int


class DayTotal(msgspec.Struct, frozen=True):
    """A day of several employees: how many had heartbeats, and the sums."""

    day: date
    employees: int
    seconds: int
    logs: int


async def people(
    connection: AnyConnection,
    numbers: list[int] | None,
    after: NameKey | None,
    limit: int,
    shown: tuple[date, date],
) -> list[AttendancePerson]:
    """Return those of *numbers* behind *after*, by name; who left only with activity in *shown*.

    Here and below, None are all employees.
    """
    key = (None, None) if after is None else (after.name, after.number)
    rows = await connection.fetch(_PEOPLE, numbers, *key, limit, *shown)
    return [AttendancePerson(*row) for row in rows]


async def days(
    connection: AnyConnection, numbers: Sequence[int], first: date, last: date
) -> dict[tuple[int, date], StoredDay]:
    """Return the days with heartbeats of these employees."""
    rows = await connection.fetch(_DAYS, list(numbers), first, last)
    return {(row[0], row[1]): StoredDay(*row[2:]) for row in rows}


async def logs(
    connection: AnyConnection, numbers: Sequence[int], days: Sequence[date]
) -> dict[tuple[int, date], int]:
    """Return how many logs were taken on which of *days*."""
    rows = await connection.fetch(_LOGS, list(days), await agents_of(connection, numbers))
    return {(row[0], row[1]): row[2] for row in rows}


async def totals(
    connection: AnyConnection, numbers: list[int] | None, first: date, last: date
) -> list[DayTotal]:
    """Return the sums of these employees by day."""
    agents = await agents_of(connection, numbers)
    rows = await connection.fetch(_TOTALS, first, last, agents, numbers)
    return [DayTotal(*row) for row in rows]


async def agents_of(connection: AnyConnection, numbers: Sequence[int] | None) -> list[int] | None:
    """Return all agents of these employees, revoked ones too."""
    if numbers is None:
        return None
    return await connection.fetchval(_AGENTS, list(numbers)) or []


async def zones(
    connection: AnyConnection, numbers: list[int] | None, first: date, last: date
) -> list[str]:
    """Return the time zones by which these employees' days were counted."""
    rows = await connection.fetch(_ZONES, numbers, first, last)
    return [row["zone"] for row in rows]


async def counted_until(connection: AnyConnection) -> datetime | None:
    """Return when the last count began; None before the first."""
    found: datetime | None = await connection.fetchval(_COUNTED_UNTIL)
    return found
