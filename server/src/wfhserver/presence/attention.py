"""What an agent says of itself, and what of it needs attention, in sentences. Pure."""

from datetime import datetime
from typing import Any, Final

import msgspec

from wfhserver.agent_versions import Version, is_outdated
from wfhserver.presence.states import LONG_SILENCE_DAYS, PresenceLimits
from wfhserver.presence.working_days import weekdays_of, working_days_between

NO_DEVICE: Final = "No device yet. Create an enrollment token, and install the agent."


class Health(msgspec.Struct, frozen=True):
    """What of an agent's counters is looked at; each may be anything, for agents write it."""

    queued: Any = None
    queued_heartbeats: Any = None
    queued_logs: Any = None
    refused: Any = None
    dropped_heartbeats: Any = None
    dropped_logs: Any = None
    failing: Any = None
    problem: Any = None
    outbox_set_aside: Any = None
    heartbeat_seconds: Any = None
    working_days: Any = None
    day_off: Any = None
    silent: Any = None
    settings: Any = None


_WRONG_CLOCK_SECONDS = 300.0
# What somebody does next.
_DOCTOR = "Run `wfhagent doctor` on the device."
_OUTBOX_FULL = "the outbox was full. Free some of the device's disk."
_ASK = "Ask the employee, or revoke the device."
# What agent.toml allows.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 5.0, 3600.0
COPIED: Final = (
    "Two copies of this agent report at once: its disk or its data folder was copied. Run"
    " `wfhagent enroll --new` on the copy."
)
_HEALTH = msgspec.json.Decoder(Health)
NOTHING = Health()


def interval_of(health: Health) -> float | None:
    """Return the seconds between an agent's heartbeats; None when they are the usual ones."""
    seconds = health.heartbeat_seconds
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return float(min(max(seconds, _SHORTEST_SECONDS), _LONGEST_SECONDS))


def health_of(text: str) -> Health:
    """Return what an agent says of itself; nothing when it says something else."""
    try:
        return _HEALTH.decode(text)
    except msgspec.MsgspecError:
        return NOTHING


def queued_of(health: Health) -> int:
    """Return how many entries wait on the machine."""
    return _count(health.queued) + _count(health.queued_heartbeats) + _count(health.queued_logs)


def attention_of(health: Health) -> list[str]:
    """Return in sentences what is wrong on the machine; mostly nothing."""
    found = [
        text.format(count)
        for count, text in (
            (_count(health.refused), f"{{}} entries were refused by the server. {_DOCTOR}"),
            (_count(health.dropped_logs), f"{{}} detailed logs were dropped: {_OUTBOX_FULL}"),
            (_count(health.dropped_heartbeats), f"{{}} heartbeats were dropped: {_OUTBOX_FULL}"),
        )
        if count
    ]
    if isinstance(health.failing, dict):
        found += [f"{name} fails: {why}" for name, why in sorted(health.failing.items())]
    if health.problem:
        found.append(f"The last delivery failed: {health.problem}. {_DOCTOR}")
    if health.outbox_set_aside:
        found.append(
            f"A damaged outbox was set aside: {health.outbox_set_aside}. Check the device's disk."
        )
    return found


def silence_of(
    last_seen: datetime | None, enrolled_at: datetime, health: Health, limits: PresenceLimits
) -> list[str]:
    """Return in a sentence that a device has been silent for long; mostly nothing."""
    since = enrolled_at if last_seen is None else last_seen
    if since >= limits.silent:
        return []
    day, weekdays = since.astimezone(limits.zone).date(), weekdays_of(health.working_days)
    days = working_days_between(day, limits.today, weekdays)
    if days < LONG_SILENCE_DAYS:
        return []
    if last_seen is None:
        return [f"No heartbeat since it was enrolled {days} working days ago. {_ASK}"]
    return [f"No heartbeat for {days} working days. {_ASK}"]


def clock_of(skew_seconds: float | None) -> list[str]:
    """Return in a sentence that a device's clock is wrong; mostly nothing."""
    if skew_seconds is None or abs(skew_seconds) < _WRONG_CLOCK_SECONDS:
        return []
    minutes = round(abs(skew_seconds) / 60)
    where = "ahead of" if skew_seconds > 0 else "behind"
    return [f"Its clock is {minutes} minutes {where} the server's. Have the system set it."]


def version_attention_of(version: str, minimum: Version | None) -> list[str]:
    """Return in a sentence that an agent is older than the company allows; mostly nothing."""
    if not is_outdated(version, minimum):
        return []
    return [f"Its agent is outdated: {version} is older than {minimum}. Update the agent."]


def waiting_sentence(hostname: str) -> str:
    """Return what an employee's row says while the first device waits for approval."""
    return f"The device {hostname} waits for approval. Approve or reject it on the page Devices."


def _count(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0
