"""The company of a life: part-time weeks, holidays and leave, which the server knows of."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random  # noqa: TID251 -- the type; the seed is the story's
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.world import World

from wfhagent.schedule.working_day import Window

DAYS_BACK, DAYS_AHEAD = 31, 60
HOLIDAYS = 0.03
WEEKS_OF_LEAVE = 0.04
NEW_LEAVE = 0.01
"""The share of stretches in which leave is entered for one of the next days."""
WEEKS = (
    ((8, 18),),
    ((8, 12),),
    ((13, 17),),
    ((9, 12), (13, 17)),
    ((0, 24),),
)
"""Working hours of a day, one of these for each life."""


@dataclass
class Company:
    """What the server knows of one employee's working hours, in *zone*.

    Attributes:
        revision: grows with each change.
    """

    world: World
    zone: ZoneInfo
    rng: Random
    revision: int = 1
    _leave: set[date] = field(default_factory=set)
    _known: dict[date, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hours = self.rng.choice(WEEKS)
        self._four_days = self.rng.random() < 0.3

    def change(self) -> None:
        """Enter leave for one of the next days, now and then."""
        if self.rng.random() < NEW_LEAVE:
            today = self.world.now.astimezone(self.zone).date()
            self._leave.add(today + timedelta(days=self.rng.randint(1, 9)))
            self.revision += 1

    def hours(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the working hours of *day*, in UTC."""
        if day.weekday() >= 5 - self._four_days or day in self._leave or self._is_off(day):
            return []
        moment = partial(self._moment, day)
        return [(moment(start), moment(end)) for start, end in self._hours]

    def _is_off(self, day: date) -> bool:
        if day not in self._known:
            monday = day - timedelta(days=day.weekday())
            of_week = Random(f"{monday} {self._hours} {self.zone}")
            of_day = Random(f"{day} {self.zone}")
            on_leave = of_week.random() < WEEKS_OF_LEAVE
            self._known[day] = on_leave or of_day.random() < HOLIDAYS
        return self._known[day]

    def _moment(self, day: date, hour: int) -> datetime:
        days, hour = divmod(hour, 24)
        local = datetime.combine(day + timedelta(days=days), time(hour), self.zone)
        return local.astimezone(UTC)

    def answer(self) -> dict[str, Any]:
        """Return the answer to `GET /api/calendar`."""
        today = self.world.now.astimezone(self.zone).date()
        days = [today + timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD + 1)]
        return {
            "revision": self.revision,
            "covers_from": self._moment(days[0], 0).isoformat(),
            "covers_until": self._moment(days[-1], 24).isoformat(),
            "working_hours": [
                {"start": start.isoformat(), "end": end.isoformat()}
                for day in days
                for start, end in self.hours(day)
                if start < end
            ],
            "only_in_working_hours": False,
            "server_time": self.world.now.isoformat(),
        }

    def parts(self, window: Window) -> list[tuple[datetime, datetime]]:
        """Return the parts of *window* in which the employee works."""
        first = window.start.astimezone(self.zone).date() - timedelta(days=1)
        spans = [
            (max(start, window.start), min(end, window.end))
            for n in range(4)
            for start, end in self.hours(first + timedelta(days=n))
        ]
        return [(start, end) for start, end in spans if start < end]
