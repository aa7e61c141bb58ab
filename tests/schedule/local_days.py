"""Local days in seconds since 1970. Each date of a zone is computed once."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from wfhagent.schedule.working_day import Window, WorkingDays

RULE = WorkingDays(start=time(8), end=time(22), weekdays=frozenset(range(5)))
DAY_SECONDS = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def moment_of(seconds: float) -> datetime:
    """Return the moment *seconds* after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds_of(moment: datetime) -> int:
    """Return the first whole second since 1970 that is not before *moment*."""
    return math.ceil(moment.timestamp())


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalDay:
    """A date in a zone: *starts*, *ends*, *opens* and *closes* are seconds since 1970.

    *opens* and *closes* are those of the *window*, and *starts* where there is none.
    """

    workday: date
    zone: ZoneInfo
    starts: int
    ends: int
    window: Window | None
    opens: int
    closes: int
    midnight: datetime
    clock_changes: bool

    def at(self, clock: int) -> int:
        """Return the moment at which the clock shows *clock*, in seconds since midnight."""
        if not self.clock_changes:
            return self.starts + clock
        wall = datetime.combine(self.workday, time()) + timedelta(seconds=clock)
        return seconds_of(wall.replace(tzinfo=self.zone))

    def moments(self, clocks: Iterable[timedelta]) -> list[datetime]:
        """Return the moments at which the clock shows midnight + each of *clocks*, in order."""
        if not self.clock_changes:
            return [self.midnight + clock for clock in sorted(clocks)]
        return sorted(moment_of(self.at(clock // timedelta(seconds=1))) for clock in clocks)

    def clock(self, seconds: float) -> float:
        """Return the seconds since midnight that the clock shows at *seconds*."""
        if not self.clock_changes:
            return seconds - self.starts
        wall = datetime.fromtimestamp(seconds, self.zone)
        return (wall.hour * 60 + wall.minute) * 60 + wall.second


class LocalDays(dict[int, LocalDay]):
    """The days of a zone by their ordinals, each made when it is first asked for."""

    def __init__(self, zone: ZoneInfo, rule: WorkingDays) -> None:
        super().__init__()
        self._zone = zone
        self._rule = rule

    def __missing__(self, ordinal: int) -> LocalDay:
        workday = date.fromordinal(ordinal)
        window = self._rule.window(workday, self._zone)
        midnight = self._midnight(ordinal)
        starts, ends = seconds_of(midnight), seconds_of(self._midnight(ordinal + 1))
        self[ordinal] = made = LocalDay(
            workday=workday,
            zone=self._zone,
            starts=starts,
            ends=ends,
            window=window,
            opens=starts if window is None else seconds_of(window.start),
            closes=starts if window is None else seconds_of(window.end),
            midnight=midnight,
            clock_changes=ends - starts != DAY_SECONDS,
        )
        return made

    def _midnight(self, ordinal: int) -> datetime:
        return datetime.combine(date.fromordinal(ordinal), time(), self._zone).astimezone(UTC)

    def of(self, seconds: float) -> LocalDay:
        """Return the day that it is at *seconds*."""
        ordinal = _EPOCH_DAY + int(seconds // DAY_SECONDS)
        while seconds >= self[ordinal].ends:
            ordinal += 1
        while seconds < self[ordinal].starts:
            ordinal -= 1
        return self[ordinal]


@cache
def local_days(zone: ZoneInfo, rule: WorkingDays = RULE) -> LocalDays:
    """Return the days of *zone*, shared by all callers."""
    return LocalDays(zone, rule)
