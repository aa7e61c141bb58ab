"""Who is here now: a row for each agent, and for who has none. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from wfhserver.presence.attention import (
    COPIED,
    NOTHING,
    attention_of,
    clock_of,
    health_of,
    interval_of,
    queued_of,
    silence_of,
    version_attention_of,
)
from wfhserver.presence.plans import Plan
from wfhserver.presence.states import PresenceLimits, State, state_of
from wfhserver.presence.working_days import DayOff, day_off_of
from wfhserver.storage.postgres.presence import AgentIdentity, LastHeartbeat


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
    those of plugins that were asked for, by agent. *waiting_for_approval* counts the devices that
    wait until an administrator approves them, for administrators.

    *today* is the server's date; who was seen *online_seconds* ago is online, *overdue_seconds* ago
    overdue; both are longer or shorter for an agent with another interval.
    """

    today: date
    online_seconds: int
    overdue_seconds: int
    counts: dict[State, int]
    rows: list[PresenceRow]
    without_device: list[EmployeeWithoutDevice] = []
    waiting_for_approval: int = 0
    facts: dict[int, dict[str, Any]] = {}


# One list for all: ten thousand would be looked through for cycles.
_NO_ATTENTION: list[str] = []


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
    queued, attention, health, rest = 0, _NO_ATTENTION, NOTHING, limits.usual_rest
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
    if limits.minimum_version is not None:
        attention = attention + version_attention_of(version, limits.minimum_version)
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
