"""Schedules, holidays and leave, and the days that follow from them."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class DayKind(StrEnum):
    """What a day is for an employee."""

    WORKING = "working"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    LEAVE = "leave"


class PlannedDay(msgspec.Struct, frozen=True):
    """A day of an employee, in the employee's time zone.

    *hours* are the working hours that begin on that day, in UTC. They may end on the next day, and
    are empty unless *kind* is WORKING.
    """

    day: date
    kind: DayKind
    hours: tuple[tuple[datetime, datetime], ...] = ()


class Shift(msgspec.Struct, frozen=True):
    """Working hours of a weekday, in minutes after its midnight; *end* may be of the next day."""

    begin: int
    end: int


Week = tuple[tuple[Shift, ...], ...]
"""Shifts of each weekday in their order, Monday first."""


class Holder(msgspec.Struct, frozen=True):
    """Whom a schedule or a choice of holidays is for: a team, an employee, or else the company."""

    team_id: int | None = None
    employee_id: int | None = None


COMPANY = Holder()


class HolderName(msgspec.Struct, frozen=True):
    """A team, an employee, or else the company, with what people call it."""

    team_id: int | None = None
    team: str | None = None
    employee_id: int | None = None
    username: str | None = None
    display_name: str | None = None


class Schedule(msgspec.Struct, frozen=True):
    """A week that holds from a date on; without one, what is less specific holds again."""

    schedule_id: int
    holder: Holder
    valid_from: date
    week: Week | None


class HolidayRegion(msgspec.Struct, frozen=True):
    """Whose public holidays hold; without a *country*, none do."""

    holder: Holder
    country: str | None
    region: str | None
    region_id: int = 0


class HolidayChange(msgspec.Struct, frozen=True):
    """A day that is a holiday here, or is none here."""

    change_id: int
    holder: Holder
    day: date
    is_holiday: bool
    name: str | None


class LeaveRange(msgspec.Struct, frozen=True):
    """Leave of an employee, both days included; *feed_id* when a calendar has it."""

    leave_id: int
    employee_id: int
    first_day: date
    last_day: date
    feed_id: int | None


class PlannedEmployee(msgspec.Struct, frozen=True):
    """What planning takes from the directory; *team_ids* are in the order of the teams' names.

    *time_zone* is the employee's, else that of the device that was seen last.
    """

    employee_id: int
    time_zone: str | None
    country: str | None
    region: str | None
    on_leave: bool
    team_ids: tuple[int, ...]
