"""Where this laptop is: the zone that the system names, or its clock where it names none."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal


class UnnamedZone(tzinfo):
    """What the system's own clock shows, such as under `TZ=NPT-5:45`."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return how far the clock is from UTC at *moment*."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002 -- an override
        """Return None: the system does not say how much of it is summer time."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Return what the system calls it at *moment*, such as NPT."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Return *moment*, a time in UTC, as the clock shows it."""
        known = moment.replace(tzinfo=UTC).astimezone()
        shown = known.replace(tzinfo=self)
        # When the clock is set back it shows an hour twice.
        return shown if shown.utcoffset() == known.utcoffset() else shown.replace(fold=1)

    def __str__(self) -> str:
        """Return words in place of the name."""
        return "a zone without a name"


_UNNAMED = UnnamedZone()


def local_zone(name: str) -> tzinfo:
    """Return the zone called *name*, or the laptop's own as it is now.

    Either way the laptop's own is looked at: tzlocal remembers it for the collectors.
    """
    try:
        own: tzinfo = tzlocal.reload_localzone()
    except ZoneInfoNotFoundError:
        # It has no name, or two files of the system name two.
        own = _UNNAMED
    return ZoneInfo(name) if name else own
