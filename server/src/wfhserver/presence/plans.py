"""What this moment is for each employee by schedules and leave: working time, or why not."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

from wfhserver.days import known_zone
from wfhserver.models.schedules import DayKind, PlannedDay
from wfhserver.schedules.planned import plan
from wfhserver.storage.postgres import presence, schedules
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.schedules import PlanRows

_ONE_DAY: Final = timedelta(days=1)


class Plan(StrEnum):
    """What this moment is for an employee."""

    WORKING = "working"
    OUTSIDE_HOURS = "outside_hours"
    DAY_OFF = "day_off"
    ON_LEAVE = "on_leave"
    LEFT = "left"


_OF_KIND: Final = {
    DayKind.WORKING: Plan.OUTSIDE_HOURS,
    DayKind.DAY_OFF: Plan.DAY_OFF,
    DayKind.HOLIDAY: Plan.DAY_OFF,
    DayKind.LEAVE: Plan.ON_LEAVE,
}


class _Group(msgspec.Struct, frozen=True):
    """Employees with the same days in the same time zone."""

    zone: tzinfo
    days: tuple[PlannedDay, ...]
    employee_ids: list[int]


class Plans:
    """The plans of everybody; *zone* is the server's.

    They are read when employees have changed and on another date, and worked out each minute.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._groups: list[_Group] | None = None
        self._left: list[int] = []
        self._read_for: date | None = None
        self._minute: datetime | None = None
        self._plans: Mapping[int, Plan] = {}

    async def read(
        self, connection: AnyConnection, now: datetime, *, is_changed: bool
    ) -> Mapping[int, Plan]:
        """Return the plans at *now* by employee; of whom nothing is known, there is none.

        With *is_changed* employees may have changed since the last call.
        """
        today, minute = now.date(), now.replace(second=0, microsecond=0)
        if is_changed or self._groups is None or today != self._read_for:
            await self._read(connection, today)
            self._minute = None
        if minute != self._minute:
            self._plans, self._minute = self._at(now), minute
        return self._plans

    async def _read(self, connection: AnyConnection, today: date) -> None:
        self._left = await presence.left_employees(connection)
        self._groups, self._read_for = [], today
        if not await schedules.is_anything_planned(connection):
            return
        # A date is in one of three days, wherever the employee is.
        first, last = today - _ONE_DAY, today + _ONE_DAY
        rows = await schedules.plan_rows(connection, None, first, last)
        self._groups = _grouped(rows, plan(rows, self._zone, first, last), self._zone)

    def _at(self, now: datetime) -> Mapping[int, Plan]:
        plans = dict.fromkeys(self._left, Plan.LEFT)
        for group in self._groups or ():
            found = plan_at(group.days, group.zone, now)
            if found is not None:
                plans |= dict.fromkeys(group.employee_ids, found)
        return plans


def plan_at(days: tuple[PlannedDay, ...], zone: tzinfo, now: datetime) -> Plan | None:
    """Return what *now* is by *days*, dates of *zone*; None when none of them is that of *now*."""
    if any(start <= now < end for each in days for start, end in each.hours):
        return Plan.WORKING
    today = now.astimezone(zone).date()
    return next((_OF_KIND[each.kind] for each in days if each.day == today), None)


def _grouped(
    rows: PlanRows, planned: dict[int, list[PlannedDay]], server_zone: tzinfo
) -> list[_Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    for employee in rows.employees:
        days = planned.get(employee.employee_id)
        if days is None:
            continue
        # Employees with the same rules share these objects.
        key = (employee.time_zone, *map(id, days))
        if key not in groups:
            zone = known_zone(employee.time_zone or "") or server_zone
            groups[key] = _Group(zone, tuple(days), [])
        groups[key].employee_ids.append(employee.employee_id)
    return list(groups.values())
