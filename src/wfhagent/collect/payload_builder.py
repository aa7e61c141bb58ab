"""From what the collectors gave to a heartbeat or a detailed log. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import UNSET

from wfhagent import __version__
from wfhagent.collect.gather import Gathered
from wfhagent.deliver.enroll import Names
from wfhagent.errors import PluginError
from wfhagent.payload import DetailedLog, Heartbeat, MissedSlot
from wfhagent.plugin import Attachment
from wfhagent.status import read_status

ONLINE = "online"
# What the collector `identity` gives while the system's directory of users is not reached.
_STAND_IN = re.compile(r"uid-\d+\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRecord:
    """A detailed log and its picture, if one was taken."""

    log: DetailedLog
    picture: Attachment | None


def names_from(gathered: Gathered, known: Names | None = None) -> Names:
    """Return user and host as gathered, else as *known* from before.

    A number instead of a user's name is no name while one is known.

    Raises:
        PluginError: no collector gives them and they were never known.
    """
    username = gathered.known.get("username")
    if known and (not username or _STAND_IN.match(str(username))):
        username = known.username
    hostname = gathered.known.get("hostname") or (known and known.hostname)
    if not username or not hostname:
        reasons = "; ".join(f"{fact}: {why}" for fact, why in gathered.absent.items())
        raise PluginError(
            "No plugin gives username and hostname; is `identity` disabled in agent.toml? "
            f"{reasons or 'See `wfhagent plugins`.'}"
        )
    return Names(username=str(username), hostname=str(hostname))


def last_names(file: Path) -> Names | None:
    """Return the names that the agent reported under when it last ran; None if it never did."""
    status = read_status(file)
    if status is None or not status.username or not status.hostname:
        return None
    return Names(username=status.username, hostname=status.hostname)


def make_heartbeat(
    gathered: Gathered,
    names: Names,
    *,
    now: datetime,
    health: Mapping[str, Any],
    missed: tuple[MissedSlot, ...],
) -> Heartbeat:
    """Return the heartbeat of *now*."""
    return Heartbeat(
        username=names.username,
        hostname=names.hostname,
        status=ONLINE,
        timestamp=now,
        agent_version=__version__,
        time_zone=gathered.known.get("time_zone"),
        health=health,
        missed=missed,
        extra=gathered.extra,
    )


def make_log(
    gathered: Gathered, names: Names, *, now: datetime, workday: date, slot: int
) -> LogRecord:
    """Return the detailed log of *now*; without a picture its screenshot status says why."""
    picture = gathered.attachments.get("screenshot")
    screenshot = dict(gathered.known.get("screenshot") or _no_screenshot(gathered))
    if screenshot.get("status") == "taken" and picture is None:
        screenshot = {"status": "failed", "reason": "the collector attached no picture"}
    if screenshot.get("status") != "taken":
        # A picture that is not called taken does not leave the laptop.
        picture = None
    detailed = DetailedLog(
        username=names.username,
        hostname=names.hostname,
        timestamp=now,
        workday=workday,
        slot=slot,
        local_ip=gathered.known.get("local_ip"),
        public_ip=gathered.known.get("public_ip"),
        location=gathered.known.get("location"),
        screenshot=screenshot,
        absent=gathered.absent,
        extra=gathered.extra,
        time_zone=gathered.known.get("time_zone", UNSET),
    )
    return LogRecord(log=detailed, picture=picture)


def _no_screenshot(gathered: Gathered) -> Mapping[str, Any]:
    reason = gathered.absent.get("screenshot")
    if reason is None:
        return {"status": "disabled", "reason": "no plugin gives screenshots"}
    return {"status": "failed", "reason": reason}
