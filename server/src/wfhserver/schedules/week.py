"""Working hours of a week, and what they are on a date. Pure."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from wfhserver.models.schedules import Week

MINUTES_OF_DAY: Final = 24 * 60


def hours_of(week: Week, day: date, zone: tzinfo) -> tuple[tuple[datetime, datetime], ...]:
    """Return the working hours that begin on *day*, in UTC.

    The times of a week are those of a clock on the wall: where clocks are put forward or back in
    between, a shift is an hour shorter or longer.
    """
    moments = (
        (_moment(day, shift.begin, zone), _moment(day, shift.end, zone))
        for shift in week[day.weekday()]
    )
    # A shift within the hour that is left out is empty.
    return tuple((begin, end) for begin, end in moments if begin < end)


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    days, rest = divmod(minutes, MINUTES_OF_DAY)
    hours, minute = divmod(rest, 60)
    local = datetime.combine(day + timedelta(days=days), time(hours, minute), zone)
    return local.astimezone(UTC)
