"""Working hours as people write them, such as 09:00 to 17:00, and as they are stored. Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Final

import msgspec
from pydantic import Field

from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input, Text
from wfhserver.models.schedules import Shift, Week
from wfhserver.schedules.week import MINUTES_OF_DAY

WEEKDAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_MIDNIGHT: Final = "24:00"
_SHIFT_LIMIT: Final = 6


class NewHours(Input):
    """Working hours such as 09:00 to 17:00; those that end before they begin end a day later."""

    begin: Text
    end: Text


_NewDay = Annotated[tuple[NewHours, ...], Field(max_length=_SHIFT_LIMIT)]


class NewWeek(Input):
    """Working hours of each weekday; a day without any is a day off."""

    mon: _NewDay = ()
    tue: _NewDay = ()
    wed: _NewDay = ()
    thu: _NewDay = ()
    fri: _NewDay = ()
    sat: _NewDay = ()
    sun: _NewDay = ()


class Hours(msgspec.Struct, frozen=True):
    """Working hours, by a clock on the wall; those that end before they begin end a day later."""

    begin: str
    end: str


class WeekHours(msgspec.Struct, frozen=True):
    """Working hours of each weekday; a day without any is a day off."""

    mon: list[Hours]
    tue: list[Hours]
    wed: list[Hours]
    thu: list[Hours]
    fri: list[Hours]
    sat: list[Hours]
    sun: list[Hours]


def write_week(week: Week) -> WeekHours:
    """Return *week* as people write it."""
    return WeekHours(*([_hours(shift) for shift in day] for day in week))


def read_week(given: NewWeek) -> Week:
    """Return *given* as it is stored; Refusal for hours that no week can have."""
    week = tuple(tuple(_shifts(name, getattr(given, name))) for name in WEEKDAYS)
    if not any(week):
        detail = "Enter working hours for at least one day, or end the schedule instead."
        raise Refusal(Code.INVALID_FIELD, detail, field="week")
    for number, name in enumerate(WEEKDAYS):
        _check_night(name, week[number - 1], week[number])
    return week


def _shifts(name: str, given: tuple[NewHours, ...]) -> Iterator[Shift]:
    shifts = sorted(
        (_shift(f"week.{name}[{n}]", each) for n, each in enumerate(given)),
        key=lambda shift: shift.begin,
    )
    for one, other in pairwise(shifts):
        if other.begin < one.end:
            raise _refusal(
                f"week.{name}",
                f"On {WEEKDAYS[name]}, {_text(one)} and {_text(other)} overlap.",
            )
    yield from shifts


def _shift(field: str, given: NewHours) -> Shift:
    begin = _minutes(f"{field}.begin", given.begin)
    end = _minutes(f"{field}.end", given.end, midnight=True)
    if begin == end:
        raise _refusal(f"{field}.end", "Hours cannot end at the time at which they begin.")
    return Shift(begin, end if end > begin else end + MINUTES_OF_DAY)


def _minutes(field: str, text: str, *, midnight: bool = False) -> int:
    if midnight and text == _MIDNIGHT:
        return MINUTES_OF_DAY
    found = _TIME.fullmatch(text)
    if found is None:
        upto = _MIDNIGHT if midnight else "23:59"
        raise _refusal(field, f"Must be a time from 00:00 to {upto}, such as 09:00.")
    return int(found[1]) * 60 + int(found[2])


def _check_night(name: str, before: tuple[Shift, ...], shifts: tuple[Shift, ...]) -> None:
    if before and shifts and before[-1].end - MINUTES_OF_DAY > shifts[0].begin:
        raise _refusal(
            f"week.{name}",
            f"On {WEEKDAYS[name]}, hours begin at {_time(shifts[0].begin)}, and those of the day"
            f" before end at {_time(before[-1].end)}.",
        )


def _hours(shift: Shift) -> Hours:
    return Hours(_time(shift.begin), _time(shift.end))


def _text(shift: Shift) -> str:
    return f"{_time(shift.begin)}-{_time(shift.end)}"


def _time(minutes: int) -> str:
    if minutes > MINUTES_OF_DAY:
        minutes -= MINUTES_OF_DAY
    hours, rest = divmod(minutes, 60)
    return f"{hours:02}:{rest:02}"


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
