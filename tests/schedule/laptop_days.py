"""Simulated working lives of laptops: seeded, and as irregular as real ones.

A life is a list of stretches in which the machine was awake. Five kinds of people are modelled,
and all of them close the lid now and then, leave early now and then, have days off, weeks off,
and now and then a weekend on which the machine is on.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random  # noqa: TID251 -- the type of the argument; the seed is the caller's
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.schedule.local_days import LocalDay, local_days

Hours = tuple[float, float]
"""From and to, as local hours of the day."""


_LID_CLOSED = math.log(0.2)
"""The logarithm of the hours for which a lid is closed, mostly."""


class Kind(StrEnum):
    """The kinds of people."""

    OFFICE = "office"
    LATE = "late"
    PART_TIME = "part-time"
    ERRATIC = "erratic"
    SHORT = "short"


class Awake(NamedTuple):
    """A stretch in which the machine was awake; *restarted* when it was off before, not asleep.

    *start* and *end* are whole seconds since 1970.
    """

    start: int
    end: int
    restarted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """The habits of one laptop's user: hours of the day, and shares of the days."""

    start: float
    length: float
    regular: float
    """Standard deviation of the start and of the end, in hours."""
    leaves_early: float
    shuts_down: float


def life(kind: Kind, zone: ZoneInfo, first: date, working_days: int, rng: Random) -> list[Awake]:
    """Return a life with exactly *working_days* weekdays on which the machine was on."""
    habits, make = _habits(kind, rng), _SESSIONS[kind]
    stretches: list[Awake] = []
    days, ordinal, lived, holiday_until = local_days(zone), first.toordinal(), 0, 0
    while lived < working_days:
        weekday = (ordinal + 6) % 7
        if weekday == 0 and rng.random() < 0.03:
            holiday_until = ordinal + 7
        weekend = weekday >= 5
        if rng.random() < (0.1 if weekend else 0.94) and ordinal >= holiday_until:
            awake = _day(make(habits, rng), habits.shuts_down, days[ordinal], rng)
            stretches += awake
            lived += bool(awake) and not weekend
        ordinal += 1
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


def _day(sessions: list[Hours], shuts_down: float, day: LocalDay, rng: Random) -> list[Awake]:
    stretches: list[Awake] = []
    latest = 0
    for start, end in sorted(_lid_closed(sessions, rng)):
        began, ended = _seconds(start) + day.starts, _seconds(end) + day.starts
        if day.clock_changes:
            began, ended = day.at(began - day.starts), day.at(ended - day.starts)
        if began >= ended or began <= latest:
            continue
        off = rng.random() < (0.1 if latest else shuts_down)
        stretches.append(Awake(began, ended, off))
        latest = ended
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


_SESSIONS: dict[Kind, Callable[[Habits, Random], list[Hours]]] = {
    Kind.OFFICE: _with_a_break,
    Kind.LATE: _with_a_break,
    Kind.PART_TIME: _in_one_go,
    Kind.ERRATIC: _anything,
    Kind.SHORT: _in_one_go,
}


def _lid_closed(sessions: list[Hours], rng: Random) -> list[Hours]:
    """Cut *sessions* where the lid was closed: about every three hours, for minutes or an hour."""
    parts = []
    for start, end in sessions:
        at = start
        while at < end:
            closed = at + rng.expovariate(1 / 3.0)
            parts.append((at, min(closed, end)))
            at = closed + math.exp(rng.gauss(_LID_CLOSED, 0.8))
    return parts


def _seconds(hour: float) -> int:
    """Return how long *hour* is after midnight, within the day."""
    return round((0.0 if hour < 0.0 else min(hour, 23.99)) * 3600)
