"""The working hours of everybody at one moment, read once for all rules."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from wfhserver.alerts.working_hours import (
    AHEAD,
    BACK,
    WorkingHours,
    hours_of_plan,
    usual_hours,
)
from wfhserver.days import known_zone
from wfhserver.models.schedules import DayKind, PlannedDay
from wfhserver.presence.working_days import weekdays_of
from wfhserver.schedules.planned import planned_days
from wfhserver.storage.postgres.alert_subjects import WatchedDevice
from wfhserver.storage.postgres.connection import AnyConnection

# Of devices that report, nothing has to be known.
_QUIET: Final = timedelta(minutes=50)


class Hours:
    """Those of *devices* and their employees at *now*; *zone* is the server's."""

    def __init__(self, devices: list[WatchedDevice], now: datetime, zone: tzinfo) -> None:
        self._devices = devices
        self._now = now
        self._zone = zone
        self._device_of = {each.employee_id: each for each in devices}
        self._of_employee: dict[int, WorkingHours] = {}
        self._leave: dict[int, frozenset[date]] = {}
        self._usual: dict[tuple[str | None, frozenset[int], frozenset[date]], WorkingHours] = {}
        self._company = usual_hours(now, zone)
        self.today = now.astimezone(zone).date()
        self.device_count = len(devices)
        self.by_device: dict[int, WorkingHours] = {}

    async def read(self, connection: AnyConnection) -> None:
        """Read the schedules of those whose devices have not reported for some time."""
        quiet = [each for each in self._devices if self._now - each.last_seen >= _QUIET]
        await self.read_of(connection, {each.employee_id for each in quiet})
        await asyncio.to_thread(self._assign, quiet)

    def _assign(self, quiet: Sequence[WatchedDevice]) -> None:
        for device in quiet:
            own = self._of_employee.get(device.employee_id)
            self.by_device[device.agent_id] = own or self._usual_of(device)

    async def read_of(self, connection: AnyConnection, employee_ids: Iterable[int]) -> None:
        """Read the schedules of these employees, where they are not known yet."""
        people = sorted(set(employee_ids) - self._of_employee.keys())
        first, last = self.today - BACK, self.today + AHEAD
        planned = await planned_days(connection, people, first, last, zone=self._zone)
        # Of ten thousand employees it takes a second, in which heartbeats are answered.
        await asyncio.to_thread(self._keep, planned)

    def _keep(self, planned: Mapping[int, Sequence[PlannedDay]]) -> None:
        for number, days in planned.items():
            if all(each.kind is DayKind.LEAVE for each in days):
                self._leave[number] = frozenset(each.day for each in days)
            else:
                self._of_employee[number] = hours_of_plan(days)

    def of_employee(self, employee_id: int | None) -> WorkingHours:
        """Return the hours of an employee, or of the company where none are known."""
        if employee_id is None:
            return self._company
        own = self._of_employee.get(employee_id)
        if own is not None:
            return own
        device = self._device_of.get(employee_id)
        return self._company if device is None else self._usual_of(device)

    async def days_off(
        self, connection: AnyConnection, first: date, last: date
    ) -> dict[int, frozenset[date]]:
        """Return the days between on which employees with a schedule do not work."""
        planned = await planned_days(connection, None, first, last, zone=self._zone)
        return {
            number: frozenset(each.day for each in days if each.kind is not DayKind.WORKING)
            for number, days in planned.items()
        }

    def _usual_of(self, device: WatchedDevice) -> WorkingHours:
        """Return the usual hours where the device is, on the days on which its agent works."""
        zone, off = device.time_zone, self._leave.get(device.employee_id, frozenset())
        if device.day_off is not None:
            off |= _read_days(device.day_off)
        weekdays = weekdays_of(device.working_days or None)
        key = (zone, weekdays, off)
        if key not in self._usual:
            own = known_zone(zone) if zone else None
            self._usual[key] = usual_hours(self._now, own or self._zone, weekdays, off)
        return self._usual[key]


def _read_days(text: str) -> frozenset[date]:
    """Return the day that an agent names; agents may say anything."""
    try:
        return frozenset({date.fromisoformat(text)})
    except ValueError:
        return frozenset()
