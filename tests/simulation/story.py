"""What makes a life: its story, and the device and the configuration that are drawn for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 -- seeded
from zoneinfo import ZoneInfo

from tests.schedule.laptop_days import Kind

NOTICES = 0.2
"""The share of lives that begin with a notice which has to be acknowledged."""
CALENDARS = 0.4
"""The share of lives in a company that knows working hours, holidays and leave."""
WITHOUT_ZONE = 0.1
"""The share of lives in which the time zone is not sent."""
WITHOUT_DESKTOP = 0.2
"""The share of lives in which no desktop shows that the agent runs."""
MINUTES = (5, 60)
"""Between two heartbeats: from the usual interval to the longest that agent.toml allows."""
ZONES = tuple(
    map(
        ZoneInfo,
        (
            "Europe/Vienna",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "Pacific/Apia",
        ),
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """What makes a life: the same story gives the same life."""

    kind: Kind
    seed: str
    working_days: int
    announced: float

    def __str__(self) -> str:
        return f"--story {self.seed} --kind {self.kind} --announced {self.announced:g}"

    def rng(self, topic: str = "") -> Random:
        """Return the randomness of *topic*, so that one topic does not change another."""
        return Random(f"{topic}{self.seed} {self.kind} {self.announced}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """How the agent of a life is configured.

    Attributes:
        interval: between two heartbeats.
        sends_zone: whether the time zone is sent.
        has_desktop: whether a desktop shows notifications.
        read_at: when a notice that is required is read; None without one.
        has_calendar: whether the company knows the employee's working hours.
    """

    interval: timedelta
    sends_zone: bool
    has_desktop: bool
    read_at: datetime | None
    has_calendar: bool


def configuration_of(story: Story, start: datetime) -> Configuration:
    """Draw the configuration of the life of *story*, which begins at *start*."""
    notice, rng = story.rng("notice "), story.rng("configuration ")
    is_required = notice.random() <= NOTICES
    return Configuration(
        interval=timedelta(minutes=rng.randint(*MINUTES)),
        sends_zone=rng.random() > WITHOUT_ZONE,
        has_desktop=rng.random() > WITHOUT_DESKTOP,
        read_at=start + timedelta(days=notice.uniform(0, 12)) if is_required else None,
        has_calendar=story.rng("calendar ").random() < CALENDARS,
    )
