"""Which day it is where the laptop is, and when that day's logs may be taken. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The part of a workday in which logs may be taken; both moments are aware, in UTC."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether *moment* is in the window."""
        return self.start <= moment < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingDays:
    """The rule of the working days: local times, and weekdays as 0 (Monday) to 6."""

    start: time
    end: time
    weekdays: frozenset[int]

    def window(self, workday: date, zone: tzinfo) -> Window | None:
        """Return the window of *workday* in *zone*, None when it is no working day.

        A local time that a clock change skips means the moment as if the clock had not changed
        yet; one that comes twice means the first for the start and the second for the end.
        """
        if workday.weekday() not in self.weekdays:
            return None
        start = datetime.combine(workday, self.start, zone).astimezone(UTC)
        end = datetime.combine(workday, self.end.replace(fold=1), zone).astimezone(UTC)
        # A start in the skipped hour can lie behind an end soon after it.
        return Window(start=start, end=max(start, end))


def workday_of(moment: datetime, zone: tzinfo) -> date:
    """Return the local date of *moment* in *zone*."""
    return moment.astimezone(zone).date()
