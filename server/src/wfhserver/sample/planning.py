"""When the people of the sample company work: schedules, holidays and leave."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from wfhserver.models.schedules import COMPANY, Holder, Shift, Week
from wfhserver.sample.company import SampleDevice
from wfhserver.sample.people import PLACES, Habit
from wfhserver.schedules.public_holidays import public_holidays
from wfhserver.storage.postgres import holiday_choices, leave, sample, schedules
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.leave import NewRange

_FULL_TIME = (Shift(9 * 60, 12 * 60 + 30), Shift(13 * 60, 17 * 60))
_MORNINGS = (Shift(8 * 60 + 30, 12 * 60 + 30),)
_WEEKDAYS = 5
_ONE_DAY = timedelta(days=1)
# One of so many has entered every absence as leave, and one of so many is away next week.
_ENTERS_OF, _AWAY_OF = 3, 9
_COMPANY_DAYS = ((12, 24, "Christmas Eve"), (12, 31, "New Year's Eve"))


async def add_planning(
    connection: AnyConnection, company: list[SampleDevice], now: datetime
) -> None:
    """Store schedules of the company and of those who work part-time, holidays, and leave."""
    today, numbers = now.date(), await sample.employee_numbers(connection)
    begin = min((day.workday for each in company for day in each.days), default=today)
    for since, days in _weeks(begin, today):
        await schedules.add(connection, COMPANY, since, _week(_FULL_TIME, days))
        for each in company:
            if each.person.habit is Habit.PART_TIME:
                holder = Holder(employee_id=numbers[each.person.username])
                await schedules.add(connection, holder, since, _week(_MORNINGS, days))
    for month, day, name in _COMPANY_DAYS:
        found = date(today.year, month, day)
        if found != today:
            await holiday_choices.add_change(connection, COMPANY, found, is_holiday=True, name=name)
    if any(today in public_holidays(place.country, None, today.year) for place in PLACES):
        # People of a sample work today, whatever day it is.
        await holiday_choices.add_change(connection, COMPANY, today, is_holiday=False, name=None)
    await leave.add(connection, [*_leave(company, numbers, today)])


def _weeks(begin: date, today: date) -> Iterator[tuple[date, frozenset[int]]]:
    """Yield from when on which weekdays are worked; today is always one of them."""
    usual = frozenset(range(_WEEKDAYS))
    yield begin, usual
    if today.weekday() not in usual:
        yield today, usual | {today.weekday()}


def _week(shifts: tuple[Shift, ...], days: frozenset[int]) -> Week:
    return tuple(shifts if day in days else () for day in range(7))


def _leave(company: list[SampleDevice], numbers: dict[str, int], today: date) -> Iterator[NewRange]:
    monday = today + timedelta(days=7 - today.weekday())
    for place, each in enumerate(company):
        number = numbers[each.person.username]
        if place % _ENTERS_OF == 0:
            for one, other in pairwise(day.workday for day in each.days):
                first, last = one + _ONE_DAY, other - _ONE_DAY
                if any(day.weekday() < _WEEKDAYS for day in _days(first, last)):
                    yield number, first, last
        if place % _AWAY_OF == _AWAY_OF - 1:
            yield number, monday, monday + 4 * _ONE_DAY


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _ONE_DAY for n in range((last - first).days + 1))
