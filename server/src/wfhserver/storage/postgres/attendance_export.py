"""Days of device activity as CSV, straight out of PostgreSQL."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from wfhserver.messages import N_
from wfhserver.storage.postgres.attendance import ALL_OR_SOME, LOGS
from wfhserver.storage.postgres.cells import guarded
from wfhserver.storage.postgres.fact_export import FactExport

COLUMNS: Final = (
    N_("employee"),
    N_("name"),
    N_("day"),
    N_("planned"),
    N_("first seen (employee's time)"),
    N_("last seen (employee's time)"),
    N_("time_zone"),
    N_("seconds with heartbeats"),
    N_("logs taken"),
    N_("Device activity, which is no record of working time."),
)
_DAYS: Final = """
generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS g (moment)"""
_WHO: Final = "FROM employees AS e WHERE $3::int[] IS NULL OR e.employee_id = ANY ($3)"
# The last column has a heading and nothing else: a CSV file has no other place for a sentence.
_STATEMENT: Final = f"""
WITH people AS MATERIALIZED (
  SELECT e.employee_id, e.username AS name, {guarded("e.username")} AS username,
         {guarded("e.display_name")} AS display_name, k.kinds
    FROM employees AS e
    LEFT JOIN unnest($4::int[], $5::text[]) AS k (employee_id, kinds) USING (employee_id)
   WHERE $3::int[] IS NULL OR e.employee_id = ANY ($3::int[])),
zones AS MATERIALIZED (
  SELECT z.zone, {guarded("z.zone")} AS shown, z.known
    FROM unnest($6::text[], $7::text[]) AS z (zone, known)),
logs AS MATERIALIZED ({LOGS.format("$1", "$2", ALL_OR_SOME.format("$8"))})
SELECT p.username, p.display_name, g.moment::date,
       CASE substr(p.kinds, g.moment::date - $1::date + 1, 1)
         WHEN 'w' THEN 'working' WHEN 'o' THEN 'day_off' WHEN 'h' THEN 'holiday'
         WHEN 'l' THEN 'leave' END,
       (d.first_seen AT TIME ZONE z.known)::timestamp(0),
       (d.last_seen AT TIME ZONE z.known)::timestamp(0),
       z.shown, coalesce(d.seconds, 0), coalesce(l.logs, 0), NULL
  FROM people AS p CROSS JOIN {_DAYS}
  LEFT JOIN attendance_days AS d ON d.employee_id = p.employee_id AND d.day = g.moment::date
                                AND d.day BETWEEN $1 AND $2
  LEFT JOIN zones AS z ON z.zone = d.zone
  LEFT JOIN logs AS l ON l.employee_id = p.employee_id AND l.day = g.moment::date
 ORDER BY p.name, p.employee_id, g.moment
"""  # noqa: S608 -- our own text
_COUNTS: Final = f"""
SELECT e.employee_id, ($2::date - $1::date + 1) AS rows {_WHO}
"""


class AttendanceExport(FactExport, frozen=True):
    """The export of days of device activity, as `exports` runs it."""


def attendance_export(
    days: tuple[date, date],
    employee_ids: list[int] | None,
    agent_ids: list[int] | None,
    kinds: Mapping[int, str],
    zones: Mapping[str, str],
) -> AttendanceExport:
    """Return the export of every day of these employees, by name; None are all.

    *kinds* has a letter for each day (see PlannedDaysRow). *zones* has what PostgreSQL calls each
    time zone.
    """
    who = (*days, employee_ids)
    plan = (list(kinds), list(kinds.values()))
    names = (list(zones), list(zones.values()))
    return AttendanceExport(
        statement=_STATEMENT,
        counts=_COUNTS,
        arguments=(*who, *plan, *names, agent_ids),
        count_arguments=who,
    )
