"""From what the collectors gave to a heartbeat or a detailed log. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from wfhagent import __version__
from wfhagent.collect.gather import CollectedFacts
from wfhagent.payload import DetailedLog, Heartbeat, MissedSlot, Names, PluginReport
from wfhagent.plugin import Attachment

ONLINE = "online"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRecord:
    """A detailed log and its screenshot, if one was taken."""

    log: DetailedLog
    screenshot: Attachment | None


def make_heartbeat(
    facts: CollectedFacts,
    names: Names,
    *,
    now: datetime,
    health: Mapping[str, Any],
    missed: tuple[MissedSlot, ...],
    plugins: tuple[PluginReport, ...] = (),
) -> Heartbeat:
    """Return the heartbeat of *now*; *plugins* are those in use, when the server has to know."""
    return Heartbeat(
        username=names.username,
        hostname=names.hostname,
        status=ONLINE,
        timestamp=now,
        agent_version=__version__,
        health=health,
        missed=missed,
        plugins=plugins,
        extra=facts.extra,
        **_fields_of(Heartbeat, facts),
    )


def make_log(
    facts: CollectedFacts, names: Names, *, now: datetime, workday: date, slot: int
) -> LogRecord:
    """Return the detailed log of *now*. Its screenshot facts say why there is no screenshot."""
    attachment = facts.attachments.get("screenshot")
    screenshot = dict(facts.known.get("screenshot") or _no_screenshot(facts))
    if screenshot.get("status") == "taken" and attachment is None:
        screenshot = {"status": "failed", "reason": "the collector attached no picture"}
    if screenshot.get("status") != "taken":
        # Without the status "taken", no screenshot leaves the laptop.
        attachment = None
    detailed = DetailedLog(
        username=names.username,
        hostname=names.hostname,
        timestamp=now,
        workday=workday,
        slot=slot,
        screenshot=screenshot,
        absent=facts.absent,
        extra=facts.extra,
        **_fields_of(DetailedLog, facts),
    )
    return LogRecord(log=detailed, screenshot=attachment)


def _fields_of(payload: type[msgspec.Struct], facts: CollectedFacts) -> dict[str, Any]:
    """Return the known facts that *payload* has a field for, but those that are made here."""
    names = set(payload.__struct_fields__) - {"username", "hostname", "screenshot"}
    return {name: fact for name, fact in facts.known.items() if name in names}


def _no_screenshot(facts: CollectedFacts) -> Mapping[str, Any]:
    reason = facts.absent.get("screenshot")
    if reason is None:
        return {"status": "disabled", "reason": "no plugin gives screenshots"}
    return {"status": "failed", "reason": reason}
