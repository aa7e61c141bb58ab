"""Which days the server keeps: the one place that turns moments into days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wfhserver.clock import Clock

ONE_DAY = timedelta(days=1)
# A UTC day may be one ahead of the server's date, and a workday one more; the third is spare
# time for a server whose hourly maintenance stood still.
_DAYS_AHEAD = 3

# Around midnight the clocks of agent and server need not agree to the second.
_MIDNIGHT_TOLERANCE = timedelta(minutes=5)
_EASTERNMOST = timezone(timedelta(hours=14))


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryWindow:
    """The moments that history may hold at *now*, both ends included."""

    now: datetime
    earliest: datetime
    latest: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.earliest <= moment <= self.latest


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionCalendar:
    """The server's date, and the days around it that are kept."""

    clock: Clock
    zone: tzinfo
    retention_days: int

    def today(self) -> date:
        """Return the server's local date."""
        return self.clock.now().astimezone(self.zone).date()

    def oldest_kept(self) -> date:
        """Return the first day that retention leaves alone."""
        return self.today() - timedelta(days=self.retention_days)

    def accepts(self, workday: date) -> bool:
        """Tell whether a log of *workday* is kept: not too old, at most one day ahead."""
        return self.oldest_kept() <= workday <= self.today() + ONE_DAY

    def is_ahead(self, workday: date, time_zone: str | None) -> bool:
        """Tell whether *workday* has not begun in that zone; without one, in the server's."""
        soon = self.clock.now() + _MIDNIGHT_TOLERANCE
        return workday > soon.astimezone(_zone(time_zone) or self.zone).date()

    def moments_of(self, day: date) -> tuple[datetime, datetime]:
        """Return when *day* begins and ends by the server's zone, in UTC."""
        begins = datetime.combine(day, time(), self.zone)
        ends = datetime.combine(day + ONE_DAY, time(), self.zone)
        return begins.astimezone(UTC), ends.astimezone(UTC)

    def window(self) -> HistoryWindow:
        """Return the moments a heartbeat may claim: the retention period and a day ahead."""
        first = datetime.combine(self.oldest_kept(), time(), UTC)
        now = self.clock.now()
        return HistoryWindow(now=now, earliest=first, latest=now + ONE_DAY)

    def partition_days(self) -> list[date]:
        """Return every day that must have a partition now, oldest first."""
        count = self.retention_days + _DAYS_AHEAD + 1
        return [self.oldest_kept() + timedelta(days=n) for n in range(count)]


def _zone(name: str | None) -> tzinfo | None:
    """Return the zone that an agent names, as payload.TimeZone allows; None without a name.

    An agent may know newer names than its server: such a zone is taken for the easternmost, for
    no log is refused for that.
    """
    return None if name is None else known_zone(name) or _EASTERNMOST


def known_zone(name: str) -> tzinfo | None:
    """Return the zone of an IANA name or an offset such as +05:45; None when there is none."""
    try:
        if name.startswith(("+", "-")):
            hours, minutes = int(name[1:3]), int(name[4:6])
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(-offset if name[0] == "-" else offset)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
