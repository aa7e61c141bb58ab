"""What a laptop does on a day: when it is awake, its two logs, or why there are fewer. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random  # noqa: TID251 -- a type only; it comes as an argument

import msgspec

from wfhserver.sample.people import Habit, Person

_HEARTBEAT_INTERVAL = timedelta(minutes=5)
_SATURDAY = 5
# When the day begins and how many hours it lasts, at least and at most.
_HOURS = {
    Habit.OFFICE: (6.5, 8.0, 7.5, 9.5),
    Habit.LATE: (8.5, 10.5, 7.0, 9.0),
    Habit.PART_TIME: (7.0, 9.0, 3.5, 5.0),
    Habit.ERRATIC: (6.0, 11.0, 1.0, 10.0),
}
_DAY_OFF = {Habit.OFFICE: 0.04, Habit.LATE: 0.04, Habit.PART_TIME: 0.12, Habit.ERRATIC: 0.1}
_SCREENSHOT_STATUSES = {"taken": 90, "locked": 5, "denied": 2, "no_display": 2, "failed": 1}
# For today, whatever the hour: how long ago people began.
_AGO_HOURS = (1.5, 6.5)


class AwakePeriod(msgspec.Struct, frozen=True):
    """A stretch in which the laptop is on."""

    start: datetime
    end: datetime


class SampleLog(msgspec.Struct, frozen=True):
    """One of the two logs; *status* is that of its screenshot."""

    slot: int
    at: datetime
    status: str


OFF_LATER = "off or asleep for the rest of the day"


class SampleMissed(msgspec.Struct, frozen=True):
    """A log that did not come, why, and when the laptop was awake."""

    slot: int
    reason: str
    awake_from: datetime
    awake_until: datetime


class SampleDay(msgspec.Struct, frozen=True):
    """One laptop's day."""

    workday: date
    awake: list[AwakePeriod]
    logs: list[SampleLog]
    missed: list[SampleMissed]

    def heartbeats(self, phase: timedelta) -> Iterator[datetime]:
        """Yield the moments of the heartbeats, every five minutes from the start of a stretch."""
        for stretch in self.awake:
            moment = stretch.start + phase
            while moment < stretch.end:
                yield moment
                moment += _HEARTBEAT_INTERVAL


def day_of(rng: Random, person: Person, day: date, now: datetime) -> SampleDay | None:
    """Return what happened on *day* until *now*; None on days without work."""
    is_today = day == now.date()
    if not is_today and (day.weekday() >= _SATURDAY or rng.random() < _DAY_OFF[person.habit]):
        return None
    awake = _until(_stretches(rng, person, day, now if is_today else None), now)
    if not awake:
        return None
    logs = _logs(rng, awake, is_today=is_today)
    missed = []
    if not is_today:
        missed = [
            SampleMissed(slot, OFF_LATER, awake[0].start, awake[-1].end)
            for slot in range(len(logs) + 1, 3)
        ]
    return SampleDay(day, awake, logs, missed)


def _stretches(rng: Random, person: Person, day: date, now: datetime | None) -> list[AwakePeriod]:
    earliest, latest, shortest, longest = _HOURS[person.habit]
    start = datetime.combine(day, time(), UTC) + _hours(rng.uniform(earliest, latest))
    if now is not None:
        start = now - _hours(rng.uniform(*_AGO_HOURS))
    end = start + _hours(rng.uniform(shortest, longest))
    pause = start + (end - start) * rng.uniform(0.4, 0.6)
    if rng.random() < 0.5:  # noqa: PLR2004 -- half of them shut the lid at noon
        return [AwakePeriod(start, end)]
    return [AwakePeriod(start, pause), AwakePeriod(pause + _hours(rng.uniform(0.3, 1.0)), end)]


def _until(awake: list[AwakePeriod], now: datetime) -> list[AwakePeriod]:
    return [AwakePeriod(each.start, min(each.end, now)) for each in awake if each.start < now]


def _logs(rng: Random, awake: list[AwakePeriod], *, is_today: bool) -> list[SampleLog]:
    begin, end = awake[0].start, awake[-1].end
    length = end - begin
    # Of today some are still to come; of a short day the second one does not fit.
    fits = 2 if length > _hours(1.5) else 1
    count = rng.choice((0, 1, 1, 2)) if is_today else min(fits, 2 if rng.random() < 0.98 else 1)  # noqa: PLR2004
    moments = sorted(begin + length * rng.uniform(0.05, 0.9) for _ in range(count))
    return [
        SampleLog(slot, _within(awake, moment), _status(rng))
        for slot, moment in enumerate(moments, 1)
    ]


def _within(awake: list[AwakePeriod], moment: datetime) -> datetime:
    """Return *moment*, or in a pause the one shortly after it, when the lid opens."""
    for stretch in awake:
        if moment <= stretch.end:
            return max(moment, stretch.start + timedelta(seconds=40))
    return awake[-1].end


def _status(rng: Random) -> str:
    return rng.choices([*_SCREENSHOT_STATUSES], [*_SCREENSHOT_STATUSES.values()])[0]


def _hours(hours: float) -> timedelta:
    return timedelta(seconds=round(hours * 3600))
