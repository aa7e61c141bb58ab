"""When the two detailed logs of a day are taken. Pure.

A uniform draw over the window would fall into the hours in which a laptop is shut, so the draw
looks at when this machine was awake on its last working days. docs/benchmarks.md has the figures.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from wfhagent.schedule.rng import Random
from wfhagent.schedule.working_day import Window

SLOTS = (1, 2)
DAYS_LOOKED_BACK = 20

_GAP = timedelta(minutes=30)
"""At least this long between the two logs, while the day is long enough for it."""
_LEAST_SHARE, _MOST_SHARE = 0.65, 0.9
_LEAST_PER_LOG = timedelta(minutes=10)
_NO_TIME = timedelta(0)
_GAPS = tuple(between * _GAP for between in range(len(SLOTS)))
_LEAST = tuple(logs * _LEAST_PER_LOG for logs in range(len(SLOTS) + 1))
"""What so many gaps, and so many logs, take at least."""
_END_AHEAD = timedelta(minutes=15)
DAYS_TO_KNOW = 5
_UNKNOWN_DAY = timedelta(minutes=45)
_LATER_THAN_EVER = timedelta(minutes=20)
_LATE = timedelta(seconds=90)
"""A drawn time this far behind was slept through: the loop looks every 30 s."""
_AFTER_RESUME_SECONDS = (30.0, 180.0)
_TRY_AGAIN = timedelta(minutes=10)
_LAST_CALL = timedelta(minutes=1)
"""A time nearer to the end of the window might be noticed only when the window is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What the draw looks at.

    *ends* are the last moments in the window at which this machine was awake on its last working
    days, carried over to today and in order. *filled* are the slots of today that have their log.
    """

    workday: date
    window: Window
    filled: Collection[int]
    ends: Sequence[datetime]


def horizon(after: datetime, left: int, today: Today) -> datetime:
    """Return the latest moment up to which the next of *left* logs may be drawn."""
    ahead = today.ends[bisect_right(today.ends, after + _END_AHEAD) :]
    if len(today.ends) < DAYS_TO_KNOW:
        reach = _UNKNOWN_DAY
    elif not ahead:
        reach = _LATER_THAN_EVER
    else:
        reach = max(_share_of_day(after, ahead) * (ahead[0] - after), _LEAST[left])
    return min(today.window.end - _LAST_CALL, after + reach)


def _share_of_day(after: datetime, ahead: Sequence[datetime]) -> float:
    """Return how far to go from *after* to the earliest known end, as a share of that way.

    The more alike the known days end, the nearer to their end a log may come: as far before the
    earliest end as that is before the usual one.
    """
    earliest, usual = ahead[0], ahead[len(ahead) // 2]
    share = 1.0 - (usual - earliest) / (earliest - after)
    return min(max(share, _LEAST_SHARE), _MOST_SHARE)


def draw(now: datetime, *, last: datetime | None, today: Today, rng: Random) -> datetime:
    """Return the time of the next log: the smallest of the uniform draws for all that are left.

    *last* is when the log before was taken, None when there was none since the start.
    """
    if not today.window.gaps:
        return _draw(now, last=last, today=today, rng=rng)
    window = today.window
    joined = replace(
        today,
        window=Window(start=window.start, end=window.without_gaps(window.end)),
        ends=[window.without_gaps(end) for end in today.ends],
    )
    last = None if last is None else window.without_gaps(last)
    return window.with_gaps(_draw(window.without_gaps(now), last=last, today=joined, rng=rng))


def _draw(now: datetime, *, last: datetime | None, today: Today, rng: Random) -> datetime:
    left = len(SLOTS) - len(today.filled)
    after = max(now, today.window.start)
    until = horizon(after, left, today)
    earliest = after if last is None else max(after, last + _GAP)
    # Near the end of the day the gap gives way, for a log is worth more than a distance.
    earliest = min(earliest, max(after, until - _LEAST_PER_LOG))
    room = max(_NO_TIME, until - earliest - _GAPS[left - 1])
    smallest = 1.0 - math.pow(1.0 - rng.random(), 1.0 / left)
    return earliest + room * smallest


class DetailedSchedule:
    """Says when the next log is due; it gets the time about every 30 s.

    The drawn time lives here and nowhere else, so that the person observed cannot read it from
    the disk. After a restart it is drawn again: nothing had fired, so nothing is counted twice.

    Attributes:
        next_at: the drawn time, None when nothing is to come today.
    """

    def __init__(self, rng: Random) -> None:
        self.next_at: datetime | None = None
        self._rng = rng
        self._drawn_for: tuple[date, int, Window] | None = None
        self._last: datetime | None = None
        self._looked_at: datetime | None = None

    def due_slot(self, now: datetime, today: Today | None) -> int | None:
        """Return the slot whose log is to be taken now; *today* is None on a day off."""
        turned_back = self._looked_at is not None and now < self._looked_at - _LATE
        self._looked_at = now
        if today is None or len(today.filled) >= len(SLOTS) or now >= today.window.end:
            self.next_at = None
            self._drawn_for = None
            return None
        wanted = (today.workday, len(today.filled), today.window)
        if self._drawn_for != wanted or turned_back:
            self._draw(now, today, wanted)
        if self.next_at is None or now < self.next_at:
            return None
        if now - self.next_at > _LATE or not today.window.holds(now):
            self._slept_through(now, today.window)
            return None
        return min(slot for slot in SLOTS if slot not in today.filled)

    def _draw(self, now: datetime, today: Today, wanted: tuple[date, int, Window]) -> None:
        if self._last is not None and not today.window.holds(self._last):
            self._last = None
        self.next_at = draw(now, last=self._last, today=today, rng=self._rng)
        self._drawn_for = wanted

    def _slept_through(self, now: datetime, window: Window) -> None:
        """Take it soon after the resume, but not in the second in which the lid opens.

        When a gap of the window came between, soon after that.
        """
        later = timedelta(seconds=self._rng.uniform(*_AFTER_RESUME_SECONDS))
        soon = window.with_gaps(window.without_gaps(now) + later)
        self.next_at = min(soon, max(now, window.end - _LAST_CALL))

    def taken(self, now: datetime) -> None:
        """Note that a log was stored at *now*."""
        self._last = now

    def postpone(self, now: datetime) -> None:
        """Try again later what could not be stored."""
        if self.next_at is not None:
            self.next_at = now + _TRY_AGAIN
