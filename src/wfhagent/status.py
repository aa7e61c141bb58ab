"""The state of the running agent, in one small JSON file for `status` and the tray.

The agent writes it when there is something new to say. At a look at which there is nothing it only
sets the time of the file, which says up to when all of it held.
"""

import errno
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from wfhagent.messages import _, ngettext
from wfhagent.messages.dates import weekday_and_day
from wfhagent.system.private import rewrite_private
from wfhagent.system.probe import is_file

STALE_SECONDS = 120.0
"""A running agent writes its status, or sets the time of the file, every 30 s."""
_SAME_SECONDS = 1.0
"""Clocks drift: what moved by less is where it was."""


class PluginVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A third-party plugin in use; *version* is empty when it has none."""

    name: str
    version: str
    sha256: str

    @property
    def shown(self) -> str:
        """Name and version, for people."""
        return f"{self.name} {self.version}".rstrip()

    @property
    def shown_with_hash(self) -> str:
        """Name, version and the beginning of the hash, for people."""
        return f"{self.shown} ({self.sha256[:8]})"


COMPANY_CALENDAR = "company calendar"
"""What the company's own calendar is called where plugins have names, which have no spaces."""


class ComingDayOff(msgspec.Struct, frozen=True, kw_only=True):
    """A day off of the next days: *calendar* is the plugin that names it, or COMPANY_CALENDAR."""

    day: date
    calendar: str

    @property
    def in_words(self) -> str:
        """The day and who names it, for people."""
        known = _("company calendar")
        if self.calendar != COMPANY_CALENDAR:
            known = _("calendar {name}").format(name=self.calendar)
        return f"{weekday_and_day(self.day)} ({known})"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the agent stood at *updated_at*.

    *tests_today* are the test logs of the last 24 hours.
    *day_off*, *outside_window* and *logs_held* say why no detailed log is taken now; empty when
    one may be. *days_off* are those of this and the next six days that calendars name. While it
    *rests* nothing is collected or sent, for it is no working time.

    *notice* is a NoticeState, *open_changes* what changed and is not acknowledged yet.
    *start_shown_at* is when the desktop showed that the agent runs, *start_problem* why it could
    not. *plugins* are the third-party ones. An agent that was stopped says *ended*. The time of the
    next detailed log is not part of it: whoever can read the file cannot know it.
    """

    pid: int
    version: str
    server: str
    updated_at: datetime
    next_heartbeat_in_seconds: float
    username: str
    hostname: str
    enrolled: bool
    token_kept_in: str
    delivered_at: datetime | None
    problem: str
    problem_code: str
    workday: date
    slots_today: tuple[int, ...]
    queued_heartbeats: int
    queued_logs: int
    refused: int
    dropped_heartbeats: int
    dropped_logs: int
    clock_skew_seconds: float | None
    failing: Mapping[str, str]
    tests_today: int = 0
    day_off: str = ""
    outside_window: str = ""
    days_off: tuple[ComingDayOff, ...] = ()
    rests: bool = False
    notice: str = ""
    notice_version: str = ""
    logs_held: str = ""
    open_changes: tuple[str, ...] = ()
    start_shown_at: datetime | None = None
    start_problem: str = ""
    plugins: tuple[PluginVersion, ...] = ()
    ended: bool = False

    @property
    def tests_in_words(self) -> str:
        """How many test logs were taken in the last 24 hours, for people; empty when none was."""
        if not self.tests_today:
            return ""
        return ngettext(
            "{count} test log in 24 hours", "{count} test logs in 24 hours", self.tests_today
        ).format(count=self.tests_today)

    @property
    def days_off_in_words(self) -> str:
        """The days off of the coming week and who names them, for people; empty without any."""
        return "; ".join(each.in_words for each in self.days_off)

    @property
    def laptop_time(self) -> datetime:
        """What the laptop's own clock showed at *updated_at*, which is the server's time."""
        return self.updated_at + timedelta(seconds=self.clock_skew_seconds or 0.0)

    def age_seconds(self, now: datetime) -> float:
        """Return how old this is when the laptop's own clock says *now*."""
        return (now - self.laptop_time).total_seconds()

    def at(self, laptop_time: datetime) -> "Status":
        """Return this as it still held when the laptop's own clock showed *laptop_time*."""
        passed = self.age_seconds(laptop_time)
        return msgspec.structs.replace(
            self,
            updated_at=self.updated_at + timedelta(seconds=passed),
            next_heartbeat_in_seconds=max(0.0, self.next_heartbeat_in_seconds - passed),
        )

    def still_holds(self, later: "Status") -> bool:
        """Tell whether *later* says nothing new but that time has passed."""
        held = self.at(later.laptop_time)
        skew = abs((held.updated_at - later.updated_at).total_seconds())
        shift = abs(held.next_heartbeat_in_seconds - later.next_heartbeat_in_seconds)
        return max(skew, shift) < _SAME_SECONDS and held == msgspec.structs.replace(
            later,
            updated_at=held.updated_at,
            next_heartbeat_in_seconds=held.next_heartbeat_in_seconds,
            clock_skew_seconds=held.clock_skew_seconds,
        )

    def seconds_since_report(self, now: datetime) -> float | None:
        """Return how long ago the server last took something; None when it did not yet."""
        if self.delivered_at is None:
            return None
        # Both moments are the server's.
        return (self.updated_at - self.delivered_at).total_seconds() + self.age_seconds(now)

    def is_running(self, now: datetime) -> bool:
        """Tell whether the agent that wrote this still runs; one that was killed seems to for
        STALE_SECONDS.
        """
        # From the future: written before the laptop's clock was set back.
        return not self.ended and abs(self.age_seconds(now)) < STALE_SECONDS


def duration(seconds: float) -> str:
    """Return *seconds* as people say it."""
    if seconds < 60:  # noqa: PLR2004 -- a minute
        return _("{count} s").format(count=round(max(0.0, seconds)))
    minutes = int(seconds // 60)
    if minutes < 120:  # noqa: PLR2004 -- two hours
        return _("{count} min").format(count=minutes)
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 -- two days
        return _("{count} h").format(count=hours)
    return ngettext("{count} day", "{count} days", hours // 24).format(count=hours // 24)


class StatusFile:
    """The status in *file*, as the one agent that writes it keeps it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written: Status | None = None

    def write(self, status: Status) -> None:
        """Write *status*, in the cheapest way.

        Raises:
            OSError: the disk is full, or the folder is gone.
        """
        if self._written is not None and self._written.still_holds(status):
            try:
                _set_time(self._file, status)
            except FileNotFoundError:
                pass  # Somebody took it away.
            else:
                return
        write_status(self._file, status)
        self._written = status


def write_status(file: Path, status: Status) -> None:
    """Replace *file* whole, so that a reader never sees half of it.

    Raises:
        OSError: the disk is full before the first one, or the folder is gone.
    """
    content = msgspec.json.format(msgspec.json.encode(status), indent=2)
    try:
        rewrite_private(file, content, modified_at=status.laptop_time.timestamp())
    except OSError as error:
        if error.errno != errno.ENOSPC or not is_file(file):
            raise
        # What is full takes what fits into the place that the file has.
        with file.open("r+b") as stream:
            stream.write(content)
            stream.truncate()
        _set_time(file, status)


def read_status(file: Path) -> Status | None:
    """Return the last status, as of when it last held.

    None when no agent ever ran here, or it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            written = msgspec.json.decode(stream.read(), type=Status)
            held_at = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
    except (OSError, ValueError):
        return None
    # A disk that keeps times in whole seconds may have cut some of it off.
    return written.at(max(held_at, written.laptop_time))


def _set_time(file: Path, status: Status) -> None:
    held_at = status.laptop_time.timestamp()
    os.utime(file, (held_at, held_at))
