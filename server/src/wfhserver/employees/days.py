"""One person's day, whole: heartbeats, both slots, test logs, and who looked."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.audit.pages import OwnEntry, own_entry
from wfhserver.days import RetentionCalendar
from wfhserver.devices.agents import AgentRow, agent_row
from wfhserver.employees.directory import Employees
from wfhserver.employees.timeline import Segment, TimelineHeartbeat, covered, segments_of
from wfhserver.logs.entries import LogEntry, LogKind, StoredRow, entry_of
from wfhserver.logs.filters import kept_days
from wfhserver.logs.pages import SELF, LogKindFilter, rows_of
from wfhserver.models.audit import AuditEntry
from wfhserver.models.urls import Urls
from wfhserver.models.users import Role, User
from wfhserver.presence.attention import health_of, interval_of
from wfhserver.presence.states import HEARTBEAT_INTERVAL
from wfhserver.presence.working_days import day_off_of, is_day_off
from wfhserver.storage.postgres import audit, employees, holds
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.employees import StoredAgent, StoredEmployee, StoredHeartbeat
from wfhserver.storage.postgres.log_pages import LogFilter

SLOTS = (1, 2)
# More test logs than that nobody takes on a day.
_ROWS = 400
_VIEW_LIMIT = 100


class Outcome(StrEnum):
    """What became of a slot: open while the day may fill it, unknown when no reason was reported.

    On a weekend or a day off of the device no log was expected.
    """

    LOG = "log"
    MISSED = "missed"
    OPEN = "open"
    UNKNOWN = "unknown"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"


class SlotOutcome(msgspec.Struct, frozen=True):
    """One of the two logs of one agent, or the agent's reason for its absence."""

    slot: int
    outcome: Outcome
    log: LogEntry | None
    reason: str | None
    awake_from: datetime | None = None
    awake_until: datetime | None = None


class AgentDay(msgspec.Struct, frozen=True):
    """What one machine sent on that day; *online_seconds* is the length of its segments.

    *time_zone* is that of the day's last log, else the one where the machine is now.
    """

    agent: AgentRow
    time_zone: str | None
    slots: list[SlotOutcome]
    test_logs: list[LogEntry]
    segments: list[Segment]
    heartbeats: list[TimelineHeartbeat]
    online_seconds: int


class EmployeeDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day by the server's *zone*, from *start* to before *end*.

    *agents* are those that sent something or owe something; *looks* were made on that day, newest
    first, and are null for those who may not read the audit.
    """

    employee_id: int
    username: str
    teams: list[str]
    workday: date
    zone: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    agents: list[AgentDay]
    views: list[OwnEntry] | None = msgspec.field(name="looks")


class _StoredDay(NamedTuple):
    """What the storage has of a day."""

    person: StoredEmployee
    agents: list[StoredAgent]
    heartbeats: list[StoredHeartbeat]
    logs: list[StoredRow]
    views: list[AuditEntry] | None


class EmployeeDays:
    """Shows days to the users who may see the person; each view is on record."""

    def __init__(
        self,
        database: Database,
        people: Employees,
        audit: Audit,
        calendar: RetentionCalendar,
        grace: timedelta,
        urls: Urls,
    ) -> None:
        self._database = database
        self._people = people
        self._audit = audit
        self._calendar = calendar
        self._grace = grace
        self._urls = urls

    async def day(
        self, user: User, employee_id: int, workday: date, reason: str | None
    ) -> EmployeeDay:
        """Return a day; Refusal for a day that is not kept or somebody who may not be seen."""
        found = await self._find(user, employee_id, workday)
        audit_id = await self._audit.record(
            Entry(
                actor=user.actor,
                action="day.view",
                employee_ids=[employee_id],
                reason=reason,
                details={"workday": workday.isoformat()},
            )
        )
        return self._build_day(
            found, workday, [entry_of(row, self._urls.logs, audit_id) for row in found.logs]
        )

    async def own(self, employee_id: int, workday: date) -> EmployeeDay:
        """Return a day of the signed-in employee; viewing their own data is not audited."""
        found = await self._find(SELF, employee_id, workday)
        entries = [entry_of(row, self._urls.own_logs) for row in found.logs]
        return self._build_day(found, workday, entries)

    async def _find(self, user: User, employee_id: int, workday: date) -> _StoredDay:
        async with self._database.transaction() as connection:
            person, agents = await self._people.find(connection, user, employee_id)
            numbers = [agent.agent_id for agent in agents]
            oldest_on_hold = await holds.oldest_of(connection, numbers)
            kept_days(workday, workday, self._calendar, oldest_on_hold)
            start, end = self._calendar.moments_of(workday)
            heartbeats = await employees.heartbeats(connection, numbers, start, end)
            wanted = LogFilter(workday, workday, numbers, with_tests=user.sees_test_logs)
            logs = await rows_of(connection, wanted, LogKindFilter.ANY, None, _ROWS)
            views = None
            if user.role in (Role.ADMIN, Role.AUDITOR):
                views = await audit.about_between(connection, employee_id, start, end, _VIEW_LIMIT)
        return _StoredDay(person, agents, heartbeats, logs, views)

    def _build_day(self, found: _StoredDay, workday: date, entries: list[LogEntry]) -> EmployeeDay:
        start, end = self._calendar.moments_of(workday)
        days = [
            self._agent_day(agent, workday, found.heartbeats, entries) for agent in found.agents
        ]
        return EmployeeDay(
            employee_id=found.person.employee_id,
            username=found.person.username,
            teams=found.person.teams,
            workday=workday,
            zone=str(self._calendar.zone),
            start=start,
            end=end,
            agents=[day for day in days if _is_shown(day, start, end)],
            views=None if found.views is None else [own_entry(link) for link in found.views],
        )

    def _agent_day(
        self,
        agent: StoredAgent,
        workday: date,
        heartbeats: list[StoredHeartbeat],
        entries: list[LogEntry],
    ) -> AgentDay:
        own = [
            TimelineHeartbeat(row.timestamp, row.status)
            for row in heartbeats
            if row.agent_id == agent.agent_id
        ]
        until = min(self._calendar.clock.now(), self._calendar.moments_of(workday)[1])
        segments = segments_of(own, self._grace, until, _interval(agent))
        mine = [entry for entry in entries if entry.agent_id == agent.agent_id]
        is_open = workday >= self._calendar.today() and agent.revoked_at is None
        row = agent_row(agent, self._people.limits())
        return AgentDay(
            agent=row,
            time_zone=next((each.time_zone for each in mine if each.time_zone), agent.time_zone),
            slots=_outcomes(mine, _absence(workday, mine, row.health or {}, is_open=is_open)),
            test_logs=[entry for entry in mine if entry.slot == 0],
            segments=segments,
            heartbeats=own,
            online_seconds=int(covered(segments).total_seconds()),
        )


def _interval(agent: StoredAgent) -> timedelta:
    # The one of today: the history keeps none.
    seconds = interval_of(health_of(agent.health or "{}"))
    return HEARTBEAT_INTERVAL if seconds is None else timedelta(seconds=seconds)


def _outcomes(entries: Iterable[LogEntry], absence: Outcome) -> list[SlotOutcome]:
    # A log last: of a slot whose log came after all, a reason counts no more.
    known = {slot: SlotOutcome(slot, absence, None, None) for slot in SLOTS}
    for entry in sorted(entries, key=lambda each: each.kind is LogKind.LOG):
        if entry.kind is LogKind.LOG:
            known[entry.slot] = SlotOutcome(entry.slot, Outcome.LOG, entry, None)
        elif is_day_off(entry.reason):
            known[entry.slot] = SlotOutcome(entry.slot, Outcome.DAY_OFF, None, None)
        else:
            known[entry.slot] = SlotOutcome(
                entry.slot,
                Outcome.MISSED,
                None,
                entry.reason,
                entry.awake_from,
                entry.awake_until,
            )
    return [known[slot] for slot in SLOTS]


def _absence(
    workday: date, entries: Iterable[LogEntry], health: dict[str, Any], *, is_open: bool
) -> Outcome:
    """Return what a slot is of which nothing is known."""
    rest = day_off_of(workday, health.get("working_days"), health.get("day_off"))
    # What an agent says of its days now need not have been so then: whoever took a log was at work.
    if rest is not None and not any(entry.slot in SLOTS for entry in entries):
        return Outcome(rest)
    return Outcome.OPEN if is_open else Outcome.UNKNOWN


def _is_shown(day: AgentDay, start: datetime, end: datetime) -> bool:
    """Tell whether the agent sent something or, being one of that time, owes something."""
    if day.heartbeats or day.test_logs or any(each.outcome in _SENT for each in day.slots):
        return True
    revoked = day.agent.revoked_at
    return day.agent.enrolled_at < end and (revoked is None or revoked >= start)


_SENT = (Outcome.LOG, Outcome.MISSED)
