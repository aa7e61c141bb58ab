"""What the running agent says of itself, in one small JSON file for `status` and the tray."""

import os
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec

STALE_SECONDS = 120.0
"""A running agent writes its status every 30 s."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the agent stood at *updated_at*.

    *day_off*, *outside_window* and *logs_held* say why no detailed log is taken now; empty when one
    may be. *notice* is a NoticeState. The time of the next detailed log is not part of it: whoever
    can read the file cannot know it.
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
    day_off: str = ""
    outside_window: str = ""
    notice: str = ""
    notice_version: str = ""
    logs_held: str = ""

    def age_seconds(self, now: datetime) -> float:
        """Return how old this is when the laptop's own clock says *now*."""
        age = (now - self.updated_at).total_seconds()
        # updated_at is the server's time, and a command knows the laptop's only.
        return age if self.clock_skew_seconds is None else age - self.clock_skew_seconds

    def seconds_since_report(self, now: datetime) -> float | None:
        """Return how long ago the server last took something; None when it did not yet."""
        if self.delivered_at is None:
            return None
        # Both moments are the server's.
        return (self.updated_at - self.delivered_at).total_seconds() + self.age_seconds(now)

    def is_running(self, now: datetime) -> bool:
        """Tell whether the agent that wrote this still runs."""
        return self.age_seconds(now) < STALE_SECONDS


def duration(seconds: float) -> str:
    """Return *seconds* as people say it."""
    if seconds < 60:  # noqa: PLR2004 -- a minute
        return f"{max(0.0, seconds):.0f} s"
    minutes = int(seconds // 60)
    if minutes < 120:  # noqa: PLR2004 -- two hours
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 -- two days


def write_status(file: Path, status: Status) -> None:
    """Replace *file* whole, so that a reader never sees half of it.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".status-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(status), indent=2))
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_status(file: Path) -> Status | None:
    """Return the last status; None when no agent ever ran here, or it cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None
