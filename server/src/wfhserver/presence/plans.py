"""What this moment is for each employee by schedules and leave: working time, or why not."""

from collections.abc import Mapping, Sequence
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
# From so many on, everybody is read.
_MANY: Final = 500


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
    """What employees with the same days in the same time zone have in common."""

    zone: tzinfo
    days: tuple[PlannedDay, ...]


class Plans:
    """The plans of everybody; *zone* is the server's.

    They are read on another date, and those of employees who changed. Once a minute it is worked
    out what the moment is.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        # Those with the same rules share an object.
        self._groups: dict[int, _Group] = {}
        self._left: list[int] = []
        self._read_for: date | None = None
        self._minute: datetime | None = None
        self._plans: Mapping[int, Plan] = {}

    async def read(
        self, connection: AnyConnection, now: datetime, changed: Sequence[int] | None = ()
    ) -> Mapping[int, Plan]:
        """Return the plans at *now* by employee; of whom nothing is known, there is none.

        *changed* are the employees who may have changed since the last call; None: everybody.
        """
        today, minute = now.date(), now.replace(second=0, microsecond=0)
        if changed is None or len(changed) > _MANY or today != self._read_for:
            self._groups = await self._read(connection, None, today)
            self._read_for, self._minute = today, None
        elif changed:
            for employee in changed:
                self._groups.pop(employee, None)
            self._groups |= await self._read(connection, changed, today)
            self._minute = None
        if minute != self._minute:
            plans = self._at(now)
            # The same object while nothing differs: whoever has looked plans up does not again.
            self._plans = self._plans if plans == self._plans else plans
            self._minute = minute
        return self._plans

    async def _read(
        self, connection: AnyConnection, employee_ids: Sequence[int] | None, today: date
    ) -> dict[int, _Group]:
        self._left = await presence.left_employees(connection)
        if not await schedules.is_anything_planned(connection):
            return {}
        # A date is in one of three days, wherever the employee is.
        first, last = today - _ONE_DAY, today + _ONE_DAY
        rows = await schedules.plan_rows(connection, employee_ids, first, last)
        return _grouped(rows, plan(rows, self._zone, first, last), self._zone)

    def _at(self, now: datetime) -> Mapping[int, Plan]:
        known: dict[int, Plan | None] = {}
        plans = dict.fromkeys(self._left, Plan.LEFT)
        for employee, group in self._groups.items():
            number = id(group)
            if number not in known:
                known[number] = plan_at(group.days, group.zone, now)
            found = known[number]
            if found is not None:
                plans[employee] = found
        return plans


def plan_at(days: tuple[PlannedDay, ...], zone: tzinfo, now: datetime) -> Plan | None:
    """Return what *now* is by *days*, dates of *zone*; None when none of them is that of *now*."""
    if any(start <= now < end for each in days for start, end in each.hours):
        return Plan.WORKING
    today = now.astimezone(zone).date()
    return next((_OF_KIND[each.kind] for each in days if each.day == today), None)


def _grouped(
    rows: PlanRows, planned: dict[int, list[PlannedDay]], server_zone: tzinfo
) -> dict[int, _Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    found: dict[int, _Group] = {}
    for employee in rows.employees:
        days = planned.get(employee.employee_id)
        if days is None:
            continue
        # Employees with the same rules share these objects.
        key = (employee.time_zone, *map(id, days))
        if key not in groups:
            zone = known_zone(employee.time_zone or "") or server_zone
            groups[key] = _Group(zone, tuple(days))
        found[employee.employee_id] = groups[key]
    return found
