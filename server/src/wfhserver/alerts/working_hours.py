"""When somebody works: by the schedule, or as is usual where there is none."""

from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from wfhserver.models.schedules import PlannedDay
from wfhserver.presence.working_days import MONDAY_TO_FRIDAY

BACK: Final = timedelta(days=21)
"""So far back working hours are counted: longer than a usual holiday."""
AHEAD: Final = timedelta(days=14)
# Without a schedule.
_BEGIN: Final = time(9)
_END: Final = time(17)
_ONE_DAY: Final = timedelta(days=1)
_NONE: Final = timedelta(0)

Interval = tuple[datetime, datetime]


class WorkingHours:
    """Working hours by day, in UTC; *planned* when they come from a schedule."""

    def __init__(self, days: Iterable[Sequence[Interval]], *, planned: bool) -> None:
        found = [hours for hours in days if hours]
        self._begins = [hours[0][0] for hours in found]
        self._intervals = [each for hours in found for each in hours]
        self.planned = planned

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much working time there is between two moments."""
        parts = (
            min(end, ends) - max(begin, begins)
            for begins, ends in self._intervals
            if begins < end and ends > begin
        )
        return sum(parts, _NONE)

    def last_begin(self, now: datetime, worked: timedelta = _NONE) -> datetime | None:
        """Return when the last working day began of which *worked* and more has passed."""
        for begins in reversed(self._begins):
            if begins <= now and self.between(begins, now) >= worked:
                return begins
        return None

    def next_moment(self, now: datetime) -> datetime:
        """Return *now* within working hours, else when the next ones begin."""
        for begins, ends in self._intervals:
            if ends > now:
                return max(begins, now)
        return now


def usual_hours(
    now: datetime,
    zone: tzinfo,
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY,
    days_off: Container[date] = (),
) -> WorkingHours:
    """Return 9 to 17 o'clock in *zone* on *weekdays*: what holds without a schedule."""
    today = now.astimezone(zone).date()
    first, count = today - BACK, (BACK + AHEAD).days + 1
    days = [first + number * _ONE_DAY for number in range(count)]
    return WorkingHours(
        (
            [(_moment(day, _BEGIN, zone), _moment(day, _END, zone))]
            for day in days
            if day.weekday() in weekdays and day not in days_off
        ),
        planned=False,
    )


def hours_of_plan(days: Sequence[PlannedDay]) -> WorkingHours:
    """Return the working hours of planned days."""
    return WorkingHours((day.hours for day in days), planned=True)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
