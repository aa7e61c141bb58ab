"""The working lives of laptops: seeded, and as untidy as real ones.

A life is a list of stretches in which the machine was awake. Five kinds of people are modelled,
and all of them close the lid now and then, leave early now and then, have days off, weeks off,
and now and then a weekend on which the machine is on.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random  # noqa: TID251 -- the type of the argument; the seed is the caller's
from zoneinfo import ZoneInfo

Hours = tuple[float, float]
"""From and to, as local hours of the day."""


class Kind(StrEnum):
    """The kinds of people."""

    OFFICE = "office"
    LATE = "late"
    PART_TIME = "part-time"
    ERRATIC = "erratic"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True, slots=True)
class Awake:
    """A stretch in which the machine was awake; *restarted* when it was off before, not asleep."""

    start: datetime
    end: datetime
    restarted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What is the same on all days of one laptop: hours of the day, and shares of the days."""

    start: float
    length: float
    regular: float
    """Standard deviation of the start and of the end, in hours."""
    leaves_early: float
    shuts_down: float


def life(kind: Kind, zone: ZoneInfo, first: date, working_days: int, rng: Random) -> list[Awake]:
    """Return a life with exactly *working_days* weekdays on which the machine was on."""
    habits = _habits(kind, rng)
    stretches: list[Awake] = []
    day, lived, holiday_until = first, 0, first
    while lived < working_days:
        if day.weekday() == 0 and rng.random() < 0.03:
            holiday_until = day + timedelta(days=7)
        weekend = day.weekday() >= 5
        on = rng.random() < (0.1 if weekend else 0.94) and day >= holiday_until
        awake = _day(kind, habits, day, zone, rng) if on else []
        stretches += awake
        lived += bool(awake) and not weekend
        day += timedelta(days=1)
    return stretches


def _habits(kind: Kind, rng: Random) -> Habits:
    start, length = {
        Kind.OFFICE: (rng.uniform(7.25, 9.5), rng.uniform(8.0, 9.5)),
        Kind.LATE: (rng.uniform(11.0, 13.0), rng.uniform(8.5, 10.5)),
        Kind.PART_TIME: (rng.uniform(7.5, 15.0), rng.uniform(3.5, 4.5)),
        Kind.ERRATIC: (0.0, 0.0),
        Kind.SHORT: (rng.uniform(8.0, 18.0), rng.uniform(1.0, 2.0)),
    }[kind]
    return Habits(
        start=start,
        length=length,
        regular=rng.uniform(0.15, 0.75),
        leaves_early=rng.uniform(0.0, 0.1),
        shuts_down=rng.choice((0.05, 0.5, 0.95)),
    )


def _day(kind: Kind, habits: Habits, day: date, zone: ZoneInfo, rng: Random) -> list[Awake]:
    make: Callable[[Habits, Random], list[Hours]] = {
        Kind.OFFICE: _with_a_break,
        Kind.LATE: _with_a_break,
        Kind.ERRATIC: _anything,
    }.get(kind, _in_one_go)
    hours = [part for session in make(habits, rng) for part in _lid_closed(session, rng)]
    stretches: list[Awake] = []
    for start, end in sorted(hours):
        began, ended = _moment(day, start, zone), _moment(day, end, zone)
        if began >= ended or (stretches and began <= stretches[-1].end):
            continue
        off = rng.random() < (0.1 if stretches else habits.shuts_down)
        stretches.append(Awake(start=began, end=ended, restarted=off))
    return stretches


def _in_one_go(habits: Habits, rng: Random) -> list[Hours]:
    start = rng.gauss(habits.start, habits.regular)
    length = habits.length * rng.uniform(0.85, 1.15)
    if rng.random() < habits.leaves_early:
        length *= rng.uniform(0.1, 1.0)
    return [(start, start + length)]


def _with_a_break(habits: Habits, rng: Random) -> list[Hours]:
    start = rng.gauss(habits.start, habits.regular)
    end = rng.gauss(habits.start + habits.length, habits.regular)
    if rng.random() < habits.leaves_early:
        end = rng.uniform(start, end)
    away = habits.start + habits.length * rng.uniform(0.4, 0.55)
    back = away + rng.uniform(0.4, 1.25)
    if end <= back or rng.random() < 0.15:
        return [(start, end)]
    return [(start, away), (back, end)]


def _anything(_habits: Habits, rng: Random) -> list[Hours]:
    sessions = []
    at = rng.uniform(5.0, 20.0)
    for _ in range(rng.randint(1, 5)):
        end = at + rng.uniform(0.1, rng.choice((0.5, 2.0, 5.0)))
        sessions.append((at, end))
        at = end + rng.uniform(0.1, 5.0)
    return sessions


def _lid_closed(session: Hours, rng: Random) -> Iterator[Hours]:
    """Cut *session* where the lid was closed: about every three hours, for minutes or an hour."""
    at, end = session
    while at < end:
        until = at + rng.expovariate(1 / 3.0)
        yield at, min(until, end)
        at = until + math.exp(rng.gauss(math.log(0.2), 0.8))


def _moment(day: date, hour: float, zone: ZoneInfo) -> datetime:
    """Return the moment at local *hour* of *day*, within that day, in whole seconds."""
    seconds = round(min(max(hour, 0.0), 23.99) * 3600)
    wall = datetime.combine(day, time.min) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=zone).astimezone(UTC)
