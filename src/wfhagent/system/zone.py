"""Where this laptop is: the zone that the system names, or its clock where it names none."""

import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal

from wfhagent.clock import SystemClock

_NO_NAMES = frozenset({"local", "localtime", "posixrules", "Factory"})
"""What a zone is called that came out of a file, and not by its name."""
HALF_A_YEAR = timedelta(days=182)
"""Two zones that agree today may differ in summer."""


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
_FILES = tuple(
    map(
        Path,
        (
            "/etc/localtime",
            "/etc/timezone",
            "/etc/sysconfig/clock",
            "/etc/conf.d/clock",
            "/var/db/zoneinfo",
        ),
    )
)
"""What tzlocal makes the name of, where it is no Windows."""


def local_zone(name: str) -> tzinfo:
    """Return the zone called *name*, or the laptop's own as it is now.

    Either way the laptop's own is looked at: tzlocal remembers it for the collectors.
    """
    own = _own_zone()
    return ZoneInfo(name) if name else own


def zone_name(now: datetime) -> str:
    """Return the IANA name of the laptop's own zone, or its offset at *now*, such as +05:45."""
    name = str(_own_zone())
    if name not in _NO_NAMES:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name).key
    offset = f"{now.astimezone():%z}"
    return f"{offset[:3]}:{offset[3:5]}"


def disbelieved_zone() -> str:
    """Return the zone that a file of the system names and its clock contradicts; else empty."""
    named = _named_zone()
    return "" if named is None or _is_on_the_clock(named) else str(named)


def _look_up() -> tzinfo:
    named = _named_zone()
    return named if named is not None and _is_on_the_clock(named) else _UNNAMED


def _named_zone() -> tzinfo | None:
    try:
        return tzlocal.reload_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # It has no name, TZ is none, or two files of the system name two.
        return None


def _is_on_the_clock(zone: tzinfo) -> bool:
    """Tell whether *zone* has the offsets of the system's clock: a name may be left over."""
    now = SystemClock().now()
    return all(
        moment.astimezone(zone).utcoffset() == moment.astimezone().utcoffset()
        for moment in (now, now + HALF_A_YEAR)
    )


if sys.platform == "win32":
    _own_zone = _look_up
else:

    def _own_zone() -> tzinfo:
        # tzlocal reads these files, and tries a dozen names, for a millisecond each time.
        return _zone_for(os.environ.get("TZ"), *map(_state_of, _FILES))

    @lru_cache(maxsize=1)
    def _zone_for(*_sources: object) -> tzinfo:
        # The C library reads /etc/localtime once.
        time.tzset()
        return _look_up()

    def _state_of(file: Path) -> tuple[int, ...] | None:
        """Return what is different once *file*, or the file that it links to, is another one."""
        try:
            link, linked = file.lstat(), file.stat()
        except OSError:
            return None
        return link.st_ino, link.st_mtime_ns, linked.st_ino, linked.st_mtime_ns
