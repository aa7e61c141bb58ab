"""Device activity of weeks and months. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from wfhserver.models.schedules import DayKind


class AttendanceDay(msgspec.Struct, frozen=True):
    """A day of the time zone *zone*; *seconds* are those with heartbeats, *kind* as it is planned.

    All but *logs* are null or 0 on a day without heartbeats.
    """

    day: date
    kind: DayKind | None
    zone: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    seconds: int
    logs: int


class AttendanceSum(msgspec.Struct, frozen=True):
    """A week or a month, as far as it is in the range; *days* are those with heartbeats."""

    first: date
    last: date
    days: int
    seconds: int
    logs: int


def weeks_of(days: Iterable[AttendanceDay]) -> list[AttendanceSum]:
    """Return the sums of weeks that begin on Mondays; *days* are in order."""
    return _sums(days, lambda day: day - timedelta(days=day.weekday()))


def months_of(days: Iterable[AttendanceDay]) -> list[AttendanceSum]:
    """Return the sums of months; *days* are in order."""
    return _sums(days, lambda day: day.replace(day=1))


def sum_of(days: Iterable[AttendanceDay]) -> AttendanceSum:
    """Return the sum of *days*, of which there is one at least."""
    all_days = list(days)
    return AttendanceSum(
        first=all_days[0].day,
        last=all_days[-1].day,
        days=sum(each.first_seen is not None for each in all_days),
        seconds=sum(each.seconds for each in all_days),
        logs=sum(each.logs for each in all_days),
    )


def _sums(days: Iterable[AttendanceDay], begin: Callable[[date], date]) -> list[AttendanceSum]:
    return [sum_of(found) for _, found in groupby(days, lambda each: begin(each.day))]
