"""The real schedule on simulated laptops, and a uniform draw as the baseline.

As in the agent, the schedule is polled every 30 s of awake time and gets the last awake
moments of the last 20 working days. For speed, polls at which nothing can happen are skipped,
and times are seconds since 1970, which only the schedule gets as datetimes.
`test_simulation` compares the result with the full loop through `Workdays` and its database.
"""

import bisect
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random  # noqa: TID251 -- seeded generators are made here
from zoneinfo import ZoneInfo

from tests.schedule.laptop_days import Awake, Kind, life
from tests.schedule.local_days import RULE, LocalDay, local_days, moment_of, seconds_of

from wfhagent.schedule.detailed import DAYS_LOOKED_BACK, SLOTS, DetailedSchedule, Today
from wfhagent.schedule.ending import is_the_end
from wfhagent.schedule.working_day import WorkingDays

LOOK_SECONDS = 30
NOTE_EVERY_SECONDS = 300
ANNOUNCED_BEFORE_SECONDS = 2
LONG_ENOUGH_SECONDS = 3600
NEVER = 1 << 62
DAYS_PER_LAPTOP = 100
ZONES = tuple(
    map(
        ZoneInfo,
        ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"),
    )
)

Logs = Mapping[date, Sequence[float]]
"""The moments of the logs of each local date, in seconds since 1970."""
Part = tuple[int, int]
"""From and to, in seconds since 1970."""


class Laptop:
    """Runs the schedule as the agent does. Restarts forget no log, and no awake moment.

    *announced* is the share of sleeps and shutdowns that the system announces.

    Attributes:
        logs: what was taken, by local date.
    """

    def __init__(
        self, zone: ZoneInfo, rng: Random, rule: WorkingDays = RULE, announced: float = 0.0
    ) -> None:
        self.logs: dict[date, list[float]] = {}
        self._announced = announced
        self._days = local_days(zone, rule)
        self._rng = rng
        # Before its life.
        self._day = self._days.of(0)
        self._today: Today | None = None
        self._ends: Sequence[datetime] | None = None
        self._taken = self._last_awake = 0
        self._clocks: deque[timedelta] = deque(maxlen=DAYS_LOOKED_BACK)
        self._start()

    def _start(self) -> None:
        self._schedule = DetailedSchedule(self._rng)
        self._ask_at = self._noted = self._until_look = 0

    def live(self, stretches: Sequence[Awake]) -> None:
        """Be awake in *stretches*. The pause between two polls does not run in sleep."""
        for stretch, following in itertools.zip_longest(stretches, stretches[1:]):
            start, end, restarted = stretch
            if restarted:
                self._start()
            look = start + self._until_look
            while look < end:
                look = self._look(look, end)
            self._until_look = look - end
            if self._announced > 0 and self._rng.random() < self._announced:
                powered_off = following is not None and following.restarted
                at = max(start, end - ANNOUNCED_BEFORE_SECONDS)
                self._end_session(at, powered_off=powered_off)

    def _end_session(self, now: int, *, powered_off: bool) -> None:
        """Do what the agent does when the system announces the end of the session."""
        if now >= self._day.ends:
            self._turn(now)
        if now >= self._day.closes:
            return
        moment = moment_of(now)
        today = self._today or self._describe()
        if is_the_end(moment, today, powered_off=powered_off, rng=self._rng):
            for _ in range(len(SLOTS) - self._taken):
                self._take(now, moment)

    def _look(self, now: int, awake_until: int) -> int:
        """Look as the agent does, as long as it is this day, and return when to look again."""
        if now >= self._day.ends:
            self._turn(now)
        day = self._day
        if now >= day.closes:
            return _next_look(now, min(day.ends, awake_until))
        first, until = now, min(day.closes, awake_until)
        while now < until:
            if now >= self._ask_at and self._ask(now):
                now += LOOK_SECONDS
            else:
                # The first poll that is not before the next event; at most one past *until*.
                now = _next_look(now, min(self._ask_at, until))
        if now > day.opens:
            self._note(first if first >= day.opens else _next_look(first, day.opens), now)
        return now

    def _ask(self, now: int) -> bool:
        """Ask the schedule and take the log that is due; tell whether one was."""
        if self._taken == len(SLOTS):
            self._ask_at = NEVER
            return False
        moment = moment_of(now)
        if self._schedule.due_slot(moment, self._today or self._describe()) is not None:
            self._take(now, moment)
            return True
        coming = self._schedule.next_at
        self._ask_at = NEVER if coming is None else seconds_of(coming)
        return False

    def _take(self, now: int, moment: datetime) -> None:
        self.logs.setdefault(self._day.workday, []).append(now)
        self._schedule.taken(moment)
        self._taken += 1
        self._today = None
        self._ask_at = 0

    def _note(self, first: int, again: int) -> None:
        """Note what `Workdays.note_awake` would from the look *first* on, before *again*."""
        if first < self._noted + NOTE_EVERY_SECONDS:
            first = _next_look(first, self._noted + NOTE_EVERY_SECONDS)
        last = again - LOOK_SECONDS
        if first <= last:
            self._last_awake = self._noted = last - (last - first) % NOTE_EVERY_SECONDS

    def _turn(self, now: int) -> None:
        """Begin the day that it is *now*."""
        if self._last_awake:
            self._clocks.append(timedelta(seconds=self._day.clock(self._last_awake)))
        self._day = self._days.of(now)
        self._today = self._ends = None
        self._taken = self._last_awake = self._noted = self._ask_at = 0

    def _describe(self) -> Today:
        day = self._day
        assert day.window is not None
        if self._ends is None:
            self._ends = day.moments(self._clocks)
        self._today = Today(
            workday=day.workday,
            window=day.window,
            filled=SLOTS[: self._taken],
            ends=self._ends,
        )
        return self._today


def _next_look(now: int, moment: int) -> int:
    """Return the first look after *now* that is not before *moment*; there is one every 30 s."""
    return now + (-((now - moment) // LOOK_SECONDS) or 1) * LOOK_SECONDS


def drawn_uniformly(stretches: Sequence[Awake], zone: ZoneInfo, rng: Random) -> Logs:
    """Return the logs of two uniform draws per window; one that falls into sleep is lost."""
    days = local_days(zone)
    starts = [stretch.start for stretch in stretches]
    first, last = days.of(starts[0]), days.of(stretches[-1].end)
    logs: dict[date, list[float]] = {}
    for ordinal in range(first.workday.toordinal(), last.workday.toordinal() + 1):
        day = days[ordinal]
        for _ in SLOTS if day.window is not None else ():
            moment = day.opens + (day.closes - day.opens) * rng.random()
            before = bisect.bisect_right(starts, moment) - 1
            if before >= 0 and moment < stretches[before].end:
                logs.setdefault(day.workday, []).append(moment)
    return logs


def awake_in_window(
    stretches: Sequence[Awake], zone: ZoneInfo, rule: WorkingDays = RULE
) -> Mapping[date, list[Part]]:
    """Return the parts of each working day's window in which the machine was awake."""
    days = local_days(zone, rule)
    awake: dict[date, list[Part]] = defaultdict(list)
    day = days.of(stretches[0].start)
    for start, end, _ in stretches:
        if start >= day.ends:
            day = days.of(start)
        while True:
            if start < day.closes and day.opens < end:
                part = max(start, day.opens), min(end, day.closes)
                awake[day.workday].append(part)
            if end < day.ends:
                break
            day = days.of(day.ends)
    return awake


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the days; a day that went wrong is named by its laptop's seed and its date."""

    rule: WorkingDays = RULE
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
        awake = awake_in_window(stretches, zone, self.rule)
        for workday, parts in awake.items():
            taken = len(logs.get(workday, ()))
            if sum([end - start for start, end in parts]) >= LONG_ENOUGH_SECONDS:
                self.days += 1
                self.by_count[taken] += 1
                if taken < 2:
                    self.fewer.append(f"{seed}, {workday}")
        days = local_days(zone, self.rule)
        for workday, moments in logs.items():
            if len(moments) > 2:
                self.more_than_two.append(f"{seed}, {workday}")
            for moment in moments:
                self._add_log(seed, moment, days[workday.toordinal()], awake.get(workday, ()))

    def _add_log(self, seed: str, moment: float, day: LocalDay, parts: Sequence[Part]) -> None:
        for start, end in parts:
            if start <= moment < end:
                break
        else:
            self.outside.append(f"{seed}, {datetime.fromtimestamp(moment, day.zone)}")
            return
        first, last = parts[0][0], parts[-1][1]
        self.shares.append((moment - first) / (last - first))
        hours, seconds = divmod(day.clock(moment), 3600)
        self.hours.append(hours + seconds // 60 / 60)


def simulate(
    kind: Kind,
    working_days: int,
    seed: object,
    announced: float = 0.0,
    *,
    rule: WorkingDays = RULE,
) -> Tally:
    """Let laptops of *kind* live *working_days* weekdays in all, each knowing nothing at first.

    *announced* is the share of sleeps and shutdowns that their systems announce, *rule* when logs
    may be taken.
    """
    tally = Tally(rule=rule)
    for name, zone, stretches in _lives(kind, working_days, seed):
        laptop = Laptop(zone, Random(f"{name} {announced}"), rule, announced)
        laptop.live(stretches)
        tally.add(name, stretches, zone, laptop.logs)
    return tally


def simulate_uniform(kind: Kind, working_days: int, seed: object) -> Tally:
    """Let the same laptops live with two uniform draws over the window: the baseline."""
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
