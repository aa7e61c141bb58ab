"""Who is here now: the state of each agent is derived from when it was last seen. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from wfhserver.presence.plans import Plan
from wfhserver.presence.working_days import DayOff, day_off_of, weekdays_of, working_days_between
from wfhserver.storage.interface import COPY_SHOWN_FOR
from wfhserver.storage.postgres.presence import AgentIdentity, LastHeartbeat

HEARTBEAT_INTERVAL: Final = timedelta(seconds=300)
# So many more heartbeats may be missed until a silent agent is called offline.
_MISSED_UNTIL_OFFLINE = 2
# A week off is usual; longer than that somebody should look.
_LONG_SILENCE_DAYS = 5


NO_DEVICE: Final = "No device yet. Create an enrollment token, and install the agent."


class State(StrEnum):
    """What the moment of the last heartbeat says."""

    ONLINE = "online"
    OVERDUE = "overdue"
    OFFLINE = "offline"
    NEVER = "never"


class PresenceLimits(msgspec.Struct, frozen=True):
    """Seen since *online* is online, since *overdue* overdue, before that offline.

    An agent seen since *silent* has not been silent for long. A copy of an agent is reported when
    it was seen since *copied*. *today* is the date in *zone*, and *usual_rest* its day off for
    devices that work from Monday to Friday. *plans* are those of employees at *now*.
    """

    now: datetime

    online: datetime
    overdue: datetime
    silent: datetime
    copied: datetime
    today: date
    zone: tzinfo
    usual_rest: DayOff | None
    plans: Mapping[int, Plan] = {}


class Silence(msgspec.Struct, frozen=True, gc=False, rename={"begins": "from", "ends": "until"}):
    """From when until when an agent sends nothing; without an end, nobody knows it yet."""

    begins: Annotated[datetime, Meta(tz=True)]
    ends: Annotated[datetime, Meta(tz=True)] | None = None

    def holds(self, moment: datetime) -> bool:
        """Tell whether the agent is silent then."""
        return self.begins <= moment and (self.ends is None or moment < self.ends)


class EmployeeWithoutDevice(msgspec.Struct, frozen=True):
    """Somebody who is expected to have a device, and has none; *plan* as in PresenceRow."""

    employee_id: int
    username: str
    display_name: str | None
    teams: list[str]
    attention: list[str]
    plan: Plan | UnsetType = UNSET


class PresenceRow(msgspec.Struct, frozen=True, gc=False):
    """One agent as the page "Now" shows it.

    *status* is the agent's own word with its last heartbeat. *skew_seconds* says how far its clock
    is ahead. *logs_today* counts the slots of the server's date. *queued* are entries that wait on
    the machine; *attention* says in sentences what is wrong there. *time_zone* is the machine's, an
    IANA name or an offset. *rest* is why no log is expected today. *heartbeat_seconds* is how often
    it sends a heartbeat, where that is not the usual interval. *plan* is what this moment is for
    the employee, where that is known. *silent* says when the agent sends nothing at all.
    """

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    teams: list[str]
    state: State
    status: str | None
    last_seen: datetime | None
    skew_seconds: float | None
    agent_version: str
    platform: str
    logs_today: int
    queued: int
    attention: list[str]
    rest: DayOff | None
    heartbeat_seconds: float | None
    display_name: str | None
    # Left out of the answer where nothing is known: there are ten thousand rows.
    plan: Plan | UnsetType = UNSET
    silent: Silence | UnsetType = UNSET
    # LatestFacts, in their order.
    time_zone: str | None = None


class Presence(msgspec.Struct, frozen=True):
    """Everybody whom a user may see. *counts* are by state, before the filter by state. *facts* are
    those of plugins that were asked for, by agent.

    *today* is the server's date; who was seen *online_seconds* ago is online, *overdue_seconds* ago
    overdue; both are longer or shorter for an agent with another interval.
    """

    today: date
    online_seconds: int
    overdue_seconds: int
    counts: dict[State, int]
    rows: list[PresenceRow]
    without_device: list[EmployeeWithoutDevice] = []
    facts: dict[int, dict[str, Any]] = {}


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


# Looking a member up by its name takes longer than the comparison.
_ONLINE, _OVERDUE, _OFFLINE, _NEVER = State
_NONE = timedelta(0)
_WRONG_CLOCK_SECONDS = 300.0
# What somebody does next.
_DOCTOR = "Run `wfhagent doctor` on the device."
_OUTBOX_FULL = "the outbox was full. Free some of the device's disk."
_ASK = "Ask the employee, or revoke the device."
# What agent.toml allows.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 5.0, 3600.0
# One list for all: ten thousand would be looked through for cycles.
_NO_ATTENTION: list[str] = []
COPIED: Final = (
    "Two copies of this agent report at once: its disk or its data folder was copied. Run"
    " `wfhagent enroll --new` on the copy."
)
_HEALTH = msgspec.json.Decoder(Health)
_NOTHING = Health()


def limits(now: datetime, grace: timedelta, zone: tzinfo = UTC) -> PresenceLimits:
    """Return the limits at *now*; *grace* is what a heartbeat may be late."""
    online = now - HEARTBEAT_INTERVAL - grace
    today = now.astimezone(zone).date()
    return PresenceLimits(
        now=now,
        online=online,
        overdue=online - _MISSED_UNTIL_OFFLINE * HEARTBEAT_INTERVAL,
        silent=now - timedelta(days=_LONG_SILENCE_DAYS),
        copied=now - COPY_SHOWN_FOR,
        today=today,
        zone=zone,
        usual_rest=day_off_of(today, None, None),
    )


def state_of(
    last_seen: datetime | None, limits: PresenceLimits, interval: float | None = None
) -> State:
    """Return the state of an agent that was last seen at that moment.

    *interval* are the seconds between its heartbeats, where they are not the usual ones.
    """
    if last_seen is None:
        return _NEVER
    longer = _NONE if interval is None else timedelta(seconds=interval) - HEARTBEAT_INTERVAL
    if last_seen + longer >= limits.online:
        return _ONLINE
    missed = (_MISSED_UNTIL_OFFLINE + 1) * longer
    return _OVERDUE if last_seen + missed >= limits.overdue else _OFFLINE


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
        return _NOTHING


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
    if days < _LONG_SILENCE_DAYS:
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


def counts_of(rows: Iterable[PresenceRow]) -> dict[State, int]:
    """Return how many there are of each state, zeros too."""
    states = [row.state for row in rows]
    return {state: states.count(state) for state in State}


def row_of(
    person: AgentIdentity,
    teams: list[str],
    newest: LastHeartbeat,
    logs: int,
    limits: PresenceLimits,
) -> PresenceRow:
    """Return the row of the agent with the stored identity *person*, last seen in *newest*."""
    agent, employee, user, host, enrolled, system, enrolled_at, name = person
    _, status, seen, skew, version, health_text, copied, *latest = newest
    if version is None:
        version = enrolled
    queued, attention, health, rest = 0, _NO_ATTENTION, _NOTHING, limits.usual_rest
    if health_text is not None:
        health = health_of(health_text)
        queued, attention = queued_of(health), attention_of(health)
        rest = day_off_of(limits.today, health.working_days, health.day_off)
    if skew is not None and (wrong := clock_of(skew)):
        attention = [*attention, *wrong]
    if copied is not None and copied >= limits.copied:
        attention = [*attention, COPIED]
    if seen is None or seen < limits.silent:
        attention = attention + silence_of(seen, enrolled_at, health, limits)
    every = interval_of(health)
    facts = (agent, employee, user, host, teams, state_of(seen, limits, every), status, seen)
    silent = UNSET if health.silent is None else silence_in(health.silent)
    plan = _plan_of(employee, silent, limits)
    own = (queued, attention, rest, every, name, plan, silent)
    return PresenceRow(*facts, skew, version, system, logs, *own, *latest)


def with_current_state(
    row: PresenceRow, limits: PresenceLimits, *, has_these_plans: bool
) -> PresenceRow:
    """Return *row* with the state that it has by now; mostly itself.

    *has_these_plans*: its plan is that of *limits* already, unless the agent is silent at times.
    """
    state = state_of(row.last_seen, limits, row.heartbeat_seconds)
    plan = row.plan
    if not has_these_plans or row.silent is not UNSET:
        plan = _plan_of(row.employee_id, row.silent, limits)
    if state is row.state and plan is row.plan:
        return row
    return msgspec.structs.replace(row, state=state, plan=plan)


def silence_in(value: Any) -> Silence | UnsetType:
    """Return what `health.silent` says; agents may write anything there."""
    try:
        return msgspec.convert(value, Silence)
    except msgspec.ValidationError:
        return UNSET


def _plan_of(
    employee_id: int, silent: Silence | UnsetType, limits: PresenceLimits
) -> Plan | UnsetType:
    plan = limits.plans.get(employee_id, UNSET)
    if silent is UNSET or not silent.holds(limits.now):
        return plan
    return Plan.OUTSIDE_HOURS if plan in (UNSET, Plan.WORKING) else plan


def _count(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0
