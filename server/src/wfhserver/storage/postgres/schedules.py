"""Schedules, and what else planned days are made of, as rows."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec

from wfhserver.models.schedules import (
    Holder,
    HolidayChange,
    HolidayRegion,
    LeaveRange,
    PlannedEmployee,
    Schedule,
    Week,
)
from wfhserver.storage.postgres import calendar_revisions
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.visibility import team_visible_to, visible_to

_SCHEDULES: Final = f"""
SELECT schedule_id, team_id, employee_id, valid_from, week::text FROM schedules AS s
 WHERE (s.team_id IS NULL OR {team_visible_to("$1", "s.team_id")})
   AND (s.employee_id IS NULL OR {visible_to("$1", "s.employee_id")})
 ORDER BY valid_from, schedule_id
"""  # noqa: S608 -- our own conditions
_ADD: Final = """
INSERT INTO schedules (team_id, employee_id, valid_from, week) VALUES ($1, $2, $3, $4::text::jsonb)
ON CONFLICT (coalesce(team_id, 0), coalesce(employee_id, 0), valid_from) DO NOTHING
RETURNING schedule_id
"""
_CHANGE: Final = "UPDATE schedules SET week = $2::text::jsonb WHERE schedule_id = $1"
_DELETE: Final = "DELETE FROM schedules WHERE schedule_id = $1"
_ONE: Final = """
SELECT schedule_id, team_id, employee_id, valid_from, week::text FROM schedules
 WHERE schedule_id = $1
"""
_EMPLOYEES: Final = """
SELECT e.employee_id, coalesce(e.time_zone,
         (SELECT p.time_zone FROM agents AS a JOIN agent_presence AS p USING (agent_id)
           WHERE a.employee_id = e.employee_id AND a.revoked_at IS NULL
             AND p.time_zone IS NOT NULL
           ORDER BY p.last_seen DESC NULLS LAST LIMIT 1)) AS time_zone,
       e.country, e.region, e.status = 'on_leave' AS on_leave,
       ARRAY (SELECT m.team_id FROM team_members AS m JOIN teams AS t USING (team_id)
               WHERE m.employee_id = e.employee_id ORDER BY t.name) AS team_ids
  FROM employees AS e
 WHERE e.status <> 'left' AND ($1::int[] IS NULL OR e.employee_id = ANY ($1))
 ORDER BY e.employee_id
"""
_REGIONS: Final = "SELECT team_id, employee_id, country, region FROM holiday_regions"
_CHANGES: Final = """
SELECT change_id, team_id, employee_id, day, is_holiday, name FROM holiday_changes
 WHERE day BETWEEN $1 AND $2 ORDER BY day
"""
_LEAVE: Final = """
SELECT leave_id, employee_id, first_day, last_day, feed_id FROM leave_ranges
 WHERE first_day <= $3 AND last_day >= $2 AND ($1::int[] IS NULL OR employee_id = ANY ($1))
"""

_encoder: Final = msgspec.json.Encoder()
_weeks: Final = msgspec.json.Decoder(Week)


class PlanRows(msgspec.Struct, frozen=True):
    """What the planned days of some employees are made of."""

    employees: list[PlannedEmployee]
    schedules: list[Schedule]
    regions: list[HolidayRegion]
    changes: list[HolidayChange]
    leave: list[LeaveRange]


async def is_anything_planned(connection: AnyConnection) -> bool:
    """Tell whether there is any schedule or leave; else nothing is planned for anybody."""
    return bool(await connection.fetchval(calendar_revisions.IS_ANYTHING_PLANNED))


async def plan_rows(
    connection: AnyConnection, employee_ids: Sequence[int] | None, first: date, last: date
) -> PlanRows:
    """Return the rows of these employees, or of all; those who left are not among them."""
    numbers = None if employee_ids is None else list(employee_ids)
    employees = await connection.fetch(_EMPLOYEES, numbers)
    regions = await connection.fetch(_REGIONS)
    leave = await connection.fetch(_LEAVE, numbers, first, last)
    return PlanRows(
        [_employee(**row) for row in employees],
        await all_schedules(connection),
        [HolidayRegion(Holder(*row[:2]), *row[2:]) for row in regions],
        [
            HolidayChange(row["change_id"], Holder(*row[1:3]), *row[3:])
            for row in await connection.fetch(_CHANGES, first, last)
        ],
        [LeaveRange(*row) for row in leave],
    )


async def all_schedules(connection: AnyConnection, managed_by: int | None = None) -> list[Schedule]:
    """Return the schedules by date; with *managed_by* the company's and that user's teams'."""
    return [_schedule(row) for row in await connection.fetch(_SCHEDULES, managed_by)]


async def one(connection: AnyConnection, schedule_id: int) -> Schedule | None:
    """Return a schedule; None when there is no such."""
    row = await connection.fetchrow(_ONE, schedule_id)
    return None if row is None else _schedule(row)


async def add(
    connection: AnyConnection, holder: Holder, valid_from: date, week: Week | None
) -> int | None:
    """Store a schedule; return its number, None when one begins on that day already."""
    number: int | None = await connection.fetchval(
        _ADD, holder.team_id, holder.employee_id, valid_from, _text(week)
    )
    if number is not None:
        await calendar_revisions.add_to_those_of(connection, holder)
    return number


async def change(connection: AnyConnection, schedule: Schedule, week: Week | None) -> None:
    """Replace the week of a schedule."""
    await connection.execute(_CHANGE, schedule.schedule_id, _text(week))
    await calendar_revisions.add_to_those_of(connection, schedule.holder)


async def delete(connection: AnyConnection, schedule: Schedule) -> None:
    """Delete a schedule."""
    await connection.execute(_DELETE, schedule.schedule_id)
    await calendar_revisions.add_to_those_of(connection, schedule.holder)


def _text(week: Week | None) -> str | None:
    return None if week is None else _encoder.encode(week).decode()


def _employee(team_ids: list[int], **row: Any) -> PlannedEmployee:
    return PlannedEmployee(team_ids=tuple(team_ids), **row)


def _schedule(row: Any) -> Schedule:
    number, team_id, employee_id, valid_from, week = row
    holder = Holder(team_id, employee_id)
    return Schedule(number, holder, valid_from, None if week is None else _week(week))


@lru_cache(maxsize=1024)
def _week(text: str) -> Week:
    return _weeks.decode(text)
