"""The planned days of employees: which they work, and when."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta, tzinfo
from functools import lru_cache
from typing import Final

import msgspec

from wfhserver.days import known_zone
from wfhserver.models.schedules import (
    DayKind,
    Holder,
    LeaveRange,
    PlannedDay,
    PlannedEmployee,
    Week,
)
from wfhserver.schedules.rules import Rules
from wfhserver.schedules.week import hours_of
from wfhserver.storage.postgres import schedules
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.schedules import PlanRows

_ONE_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 500


class _Key(msgspec.Struct, frozen=True):
    """What employees with the same days, but for leave, have in common."""

    holders: tuple[Holder, ...]
    zone: tzinfo
    country: str | None
    region: str | None


async def planned_days(
    connection: AnyConnection,
    employee_ids: Sequence[int] | None,
    first: date,
    last: date,
    *,
    zone: tzinfo = UTC,
) -> dict[int, list[PlannedDay]]:
    """Return the days from *first* to *last* of these employees, or of everybody with None.

    Days are those of the employee's time zone; where none is known, of the device that was seen
    last, else of the server's *zone*. Leave comes before a holiday, and a holiday before the
    weekday. Days without a schedule are left out, unless they are leave; and so is who has no such
    days at all, or has left.
    """
    if not await schedules.is_anything_planned(connection):
        return {}
    rows = await schedules.plan_rows(connection, employee_ids, first, last)
    if len(rows.employees) <= _AT_ONCE:
        return plan(rows, zone, first, last)
    # Ten thousand employees take most of a second, in which heartbeats are answered.
    return await asyncio.to_thread(plan, rows, zone, first, last)


def plan(rows: PlanRows, zone: tzinfo, first: date, last: date) -> dict[int, list[PlannedDay]]:
    """Return what `planned_days` does, from *rows*."""
    planner = _Planner(rows, zone, first, last)
    leave: dict[int, list[LeaveRange]] = defaultdict(list)
    for each in rows.leave:
        leave[each.employee_id].append(each)
    found = {
        employee.employee_id: planner.days_of(employee, leave.get(employee.employee_id, []))
        for employee in rows.employees
    }
    return {number: days for number, days in found.items() if days}


class _Planner:
    """Plans each group of employees with the same rules once, and each day of a week once."""

    def __init__(self, rows: PlanRows, zone: tzinfo, first: date, last: date) -> None:
        self._days = [first + n * _ONE_DAY for n in range((last - first).days + 1)]
        self._rules = Rules(self._days, rows.schedules, rows.regions, rows.changes)
        self._zone = zone
        self._plans: dict[_Key, list[PlannedDay]] = {}
        self._planned: dict[tuple[Week, tzinfo, date], PlannedDay] = {}

    def days_of(self, employee: PlannedEmployee, leave: list[LeaveRange]) -> list[PlannedDay]:
        """Return the days of *employee* that a schedule covers."""
        zone = known_zone(employee.time_zone) if employee.time_zone else None
        holders = self._rules.holders_of(employee)
        key = _Key(holders, zone or self._zone, employee.country, employee.region)
        if key not in self._plans:
            self._plans[key] = list(self._plan(key))
        if employee.on_leave:
            return [_on_leave(day) for day in self._days]
        if not leave:
            return self._plans[key].copy()
        days = {each.day: each for each in self._plans[key]}
        found = (
            _on_leave(day)
            if any(x.first_day <= day <= x.last_day for x in leave)
            else days.get(day)
            for day in self._days
        )
        return [day for day in found if day is not None]

    def _plan(self, key: _Key) -> Iterator[PlannedDay]:
        holidays = self._rules.holidays(key.holders, key.country, key.region)
        for day, week in zip(self._days, self._rules.weeks(key.holders), strict=True):
            if week is None:
                continue
            if day in holidays:
                yield _holiday(day)
                continue
            work = (week, key.zone, day)
            if work not in self._planned:
                hours = hours_of(week, day, key.zone)
                kind = DayKind.WORKING if hours else DayKind.DAY_OFF
                self._planned[work] = PlannedDay(day, kind, hours)
            yield self._planned[work]


@lru_cache(maxsize=1024)
def _on_leave(day: date) -> PlannedDay:
    return PlannedDay(day, DayKind.LEAVE)


@lru_cache(maxsize=1024)
def _holiday(day: date) -> PlannedDay:
    return PlannedDay(day, DayKind.HOLIDAY)
