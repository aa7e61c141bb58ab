"""Which day it is where the laptop is, and when that day's logs may be taken. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

Span = tuple[datetime, datetime]
"""From a moment up to another one; both are aware, in UTC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The part of a workday in which logs may be taken; all moments are aware, in UTC.

    *gaps* are parts of it in which none may be, in order and apart from each other.
    """

    start: datetime
    end: datetime
    gaps: tuple[Span, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Tell whether *moment* is in the window."""
        if not self.start <= moment < self.end:
            return False
        return not any(begin <= moment < end for begin, end in self.gaps)

    def without_gaps(self, moment: datetime) -> datetime:
        """Return where *moment* would be if the window had no gaps, and the same start."""
        for begin, end in reversed(self.gaps):
            if moment > begin:
                moment -= min(moment, end) - begin
        return moment

    def with_gaps(self, moment: datetime) -> datetime:
        """Return the moment of the window that `without_gaps` maps to *moment*."""
        for begin, end in self.gaps:
            if moment >= begin:
                moment += end - begin
        return moment


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
