"""The real schedule on simulated laptops, and a uniform draw as the yardstick.

The schedule is looked at as the agent looks at it: every 30 s of awake time, told the last awake
moments of the last 20 working days. To be fast, looks at which nothing can happen are left out;
`test_simulation` holds that against the full loop through `Workdays` and its database.
"""

import bisect
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random  # noqa: TID251 -- seeded generators are made here
from zoneinfo import ZoneInfo

from tests.schedule.laptop_days import Awake, Kind, life

from wfhagent.schedule.detailed import DAYS_LOOKED_BACK, SLOTS, DetailedSchedule, Today
from wfhagent.schedule.ending import is_the_end
from wfhagent.schedule.working_day import Window, WorkingDays, workday_of

RULE = WorkingDays(start=time(8), end=time(22), weekdays=frozenset(range(5)))
LOOK = timedelta(seconds=30)
NOTE_EVERY = timedelta(minutes=5)
ANNOUNCED_BEFORE = timedelta(seconds=2)
LONG_ENOUGH = timedelta(hours=1)
DAYS_PER_LAPTOP = 100
ZONES = tuple(
    map(
        ZoneInfo,
        ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"),
    )
)

Logs = Mapping[date, Sequence[datetime]]
"""The moments of the logs of each local date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Day:
    """A local date: *turns* are the moments at which its rules change, the last is its end."""

    workday: date
    window: Window | None
    ends: Sequence[datetime]
    turns: Sequence[datetime]


class Laptop:
    """Runs the schedule as the agent does. *filled* and *last_awake* survive a restart.

    *announced* is the share of sleeps and shutdowns that the system announces.

    Attributes:
        logs: what was taken, by local date.
    """

    def __init__(
        self, zone: ZoneInfo, rng: Random, rule: WorkingDays = RULE, announced: float = 0.0
    ) -> None:
        self._announced = announced
        self.logs: dict[date, list[datetime]] = {}
        self._rule = rule
        self._zone = zone
        self._rng = rng
        self._last_awake: dict[date, datetime] = {}
        self._day: _Day | None = None
        self._until_look = timedelta(0)
        self._start()

    def _start(self) -> None:
        self._schedule = DetailedSchedule(self._rng)
        self._noted: tuple[date, bool, datetime] | None = None
        self._until_look = timedelta(0)

    def live(self, stretches: Sequence[Awake]) -> None:
        """Be awake in *stretches*. In sleep the pause between two looks stands still."""
        for stretch, following in itertools.zip_longest(stretches, stretches[1:]):
            if stretch.restarted:
                self._start()
            look = stretch.start + self._until_look
            while look < stretch.end:
                look = self._look(look, stretch.end)
            self._until_look = look - stretch.end
            if self._announced > 0 and self._rng.random() < self._announced:
                powered_off = following is not None and following.restarted
                at = max(stretch.start, stretch.end - ANNOUNCED_BEFORE)
                self._end_session(at, powered_off=powered_off)

    def _end_session(self, now: datetime, *, powered_off: bool) -> None:
        """Do what the agent does when the system announces the end of the session."""
        day = self._today(now)
        today = self._describe(day, now)
        if today is None or not is_the_end(now, today, powered_off=powered_off, rng=self._rng):
            return
        for _ in range(len(SLOTS) - len(today.filled)):
            self.logs.setdefault(day.workday, []).append(now)
            self._schedule.taken(now)

    def _look(self, now: datetime, awake_until: datetime) -> datetime:
        """Do what the agent does, and return when to look again."""
        day = self._today(now)
        inside = day.window is not None and day.window.holds(now)
        self._note(day.workday, now, now, inside=inside)
        slot = self._schedule.due_slot(now, self._describe(day, now))
        if slot is not None:
            self.logs.setdefault(day.workday, []).append(now)
            self._schedule.taken(now)
            return now + LOOK
        coming = [turn for turn in day.turns if turn > now]
        if self._schedule.next_at is not None:
            coming.append(self._schedule.next_at)
        # The first of the looks that is not before what comes; past the stretch by one at most.
        again = now + max(1, _up(min(*coming, awake_until) - now)) * LOOK
        self._note(day.workday, now, again - LOOK, inside=inside)
        return again

    def _note(self, workday: date, first: datetime, last: datetime, *, inside: bool) -> None:
        """Note all that `Workdays.note_awake` would note at the looks from *first* to *last*."""
        noted = self._noted
        if noted is None or noted[:2] != (workday, inside):
            at = first
        else:
            at = first + max(0, _up(noted[2] + NOTE_EVERY - first)) * LOOK
            if at > last:
                return
        at += (last - at) // NOTE_EVERY * NOTE_EVERY
        self._noted = (workday, inside, at)
        if inside:
            self._last_awake[workday] = at

    def _today(self, now: datetime) -> _Day:
        if self._day is None or now >= self._day.turns[-1]:
            workday = workday_of(now, self._zone)
            window = self._rule.window(workday, self._zone)
            midnight = datetime.combine(workday + timedelta(days=1), time(), self._zone)
            turns = [] if window is None else [window.start, window.end]
            self._day = _Day(
                workday=workday,
                window=window,
                ends=self._ends(workday),
                turns=[*turns, midnight.astimezone(UTC)],
            )
        return self._day

    def _ends(self, workday: date) -> Sequence[datetime]:
        newest = sorted(self._last_awake, reverse=True)[:DAYS_LOOKED_BACK]
        self._last_awake = {day: self._last_awake[day] for day in newest}
        return [
            datetime.combine(workday, end.astimezone(self._zone).time(), self._zone).astimezone(UTC)
            for end in self._last_awake.values()
        ]

    def _describe(self, day: _Day, now: datetime) -> Today | None:
        if day.window is None or now >= day.window.end:
            return None
        taken = len(self.logs.get(day.workday, ()))
        return Today(
            workday=day.workday,
            window=day.window,
            filled=frozenset(range(1, taken + 1)),
            ends=day.ends,
        )


def _up(span: timedelta) -> int:
    """Return how many looks it takes to get over *span*."""
    return -(-span // LOOK)


def drawn_uniformly(stretches: Sequence[Awake], zone: ZoneInfo, rng: Random) -> Logs:
    """Return the logs of two uniform draws per window; one that falls into sleep is lost."""
    starts = [stretch.start for stretch in stretches]
    logs: dict[date, list[datetime]] = {}
    for workday in _dates(stretches, zone):
        window = RULE.window(workday, zone)
        for _ in range(2 if window else 0):
            assert window is not None
            moment = window.start + (window.end - window.start) * rng.random()
            before = bisect.bisect_right(starts, moment) - 1
            if before >= 0 and moment < stretches[before].end:
                logs.setdefault(workday, []).append(moment)
    return logs


def awake_in_window(stretches: Iterable[Awake], zone: ZoneInfo) -> Mapping[date, list[Window]]:
    """Return the parts of each working day's window in which the machine was awake."""
    awake: dict[date, list[Window]] = defaultdict(list)
    for stretch in stretches:
        for workday in _dates([stretch], zone):
            window = RULE.window(workday, zone)
            if window is not None and stretch.start < window.end and window.start < stretch.end:
                start, end = max(stretch.start, window.start), min(stretch.end, window.end)
                awake[workday].append(Window(start=start, end=end))
    return awake


def _dates(stretches: Sequence[Awake], zone: ZoneInfo) -> Iterator[date]:
    day, last = workday_of(stretches[0].start, zone), workday_of(stretches[-1].end, zone)
    while day <= last:
        yield day
        day += timedelta(days=1)


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the days; a day that went wrong is named by its laptop's seed and its date."""

    days: int = 0
    """Working days with at least an hour awake in the window."""
    by_count: Counter[int] = field(default_factory=Counter)
    """How many of *days* had so many logs."""
    fewer: list[str] = field(default_factory=list)
    """Those of *days* with fewer than two."""
    more_than_two: list[str] = field(default_factory=list)
    """Any days with more than two, however short."""
    outside: list[str] = field(default_factory=list)
    """Logs on days off or outside of the window."""
    hours: list[float] = field(default_factory=list)
    """The local hours of all logs."""
    shares: list[float] = field(default_factory=list)
    """Where the logs lay in their days, from 0 for the first moment awake to 1 for the last."""

    @property
    def exactly_two(self) -> float:
        """Return the share of the days with exactly two logs, in percent."""
        return 100 * self.by_count[2] / self.days

    @property
    def spread(self) -> float:
        """Return the share of the day between the 5 % earliest and the 5 % latest logs."""
        shares = sorted(self.shares)
        return shares[len(shares) * 95 // 100] - shares[len(shares) * 5 // 100]

    def add(self, seed: str, stretches: Sequence[Awake], zone: ZoneInfo, logs: Logs) -> None:
        """Count the life of one laptop."""
        awake = awake_in_window(stretches, zone)
        for workday, parts in awake.items():
            taken = len(logs.get(workday, ()))
            if sum((part.end - part.start for part in parts), timedelta()) >= LONG_ENOUGH:
                self.days += 1
                self.by_count[taken] += 1
                if taken < 2:
                    self.fewer.append(f"{seed}, {workday}")
        for workday, moments in logs.items():
            if len(moments) > 2:
                self.more_than_two.append(f"{seed}, {workday}")
            for moment in moments:
                self._add_log(seed, moment.astimezone(zone), awake.get(workday, ()))

    def _add_log(self, seed: str, local: datetime, parts: Sequence[Window]) -> None:
        if not any(part.holds(local) for part in parts):
            self.outside.append(f"{seed}, {local}")
            return
        first, last = parts[0].start, parts[-1].end
        self.shares.append((local - first) / (last - first))
        self.hours.append(local.hour + local.minute / 60)


def simulate(kind: Kind, working_days: int, seed: object, announced: float = 0.0) -> Tally:
    """Let laptops of *kind* live *working_days* weekdays in all, each knowing nothing at first.

    *announced* is the share of sleeps and shutdowns that their systems announce.
    """
    tally = Tally()
    for name, zone, stretches in _lives(kind, working_days, seed):
        laptop = Laptop(zone, Random(f"{name} {announced}"), announced=announced)
        laptop.live(stretches)
        tally.add(name, stretches, zone, laptop.logs)
    return tally


def simulate_uniform(kind: Kind, working_days: int, seed: object) -> Tally:
    """Let the same laptops live with two uniform draws over the window: the yardstick."""
    tally = Tally()
    for name, zone, stretches in _lives(kind, working_days, seed):
        logs = drawn_uniformly(stretches, zone, Random(f"{name} uniform"))
        tally.add(name, stretches, zone, logs)
    return tally


def _lives(
    kind: Kind, working_days: int, seed: object
) -> Iterator[tuple[str, ZoneInfo, Sequence[Awake]]]:
    for number in range(working_days // DAYS_PER_LAPTOP):
        name = f"seed {seed}: {kind} laptop {number}"
        rng = Random(name)
        zone = ZONES[number % len(ZONES)]
        first = date(2026, 1, 1) + timedelta(days=rng.randrange(365))
        yield name, zone, life(kind, zone, first, DAYS_PER_LAPTOP, rng)
