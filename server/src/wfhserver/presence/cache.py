"""Caches who is here now between two requests: only what has changed is read."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from operator import attrgetter

from msgspec import UNSET
from msgspec.structs import replace

from wfhserver.presence.attention import NO_DEVICE, waiting_sentence
from wfhserver.presence.open_alerts import OpenAlertOf, with_alerts
from wfhserver.presence.plans import Plan, Plans
from wfhserver.presence.rows import EmployeeWithoutDevice, PresenceRow, row_of, with_current_state
from wfhserver.presence.states import PresenceLimits
from wfhserver.storage.postgres import enrollment_requests, presence
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.enrollment_requests import UserAndHost
from wfhserver.storage.postgres.presence import (
    AgentIdentity,
    ChangeMark,
    PeopleChange,
    PresenceFilter,
)

_EVERYBODY = PresenceFilter()
# One list for all: ten thousand would be looked through for cycles.
_NO_TEAM: list[str] = []


async def read_rows(
    connection: AnyConnection, wanted: PresenceFilter, logs: dict[int, int], limits: PresenceLimits
) -> tuple[dict[int, AgentIdentity], list[PresenceRow]]:
    """Return the wanted agents, and their rows by user name with their *logs*, all read."""
    teams = await presence.teams(connection, wanted)
    people = {each[0]: each for each in await presence.people(connection, wanted)}
    agents = None if wanted == _EVERYBODY else [*people]
    found = await presence.newest(connection, None, agents)
    # Who was enrolled between these statements comes with the next question.
    known = ((people[each[0]], each) for each in found if each[0] in people)
    rows = (
        row_of(person, teams.get(person[1], _NO_TEAM), newest, logs.get(newest[0], 0), limits)
        for person, newest in known
    )
    return people, _in_order(rows)


async def read_without_device(
    connection: AnyConnection, wanted: PresenceFilter
) -> list[EmployeeWithoutDevice]:
    """Return the wanted employees without a device, by user name and without their plans."""
    found = await presence.without_device(connection, wanted)
    teams = await presence.teams(connection, wanted) if found else {}
    return [
        EmployeeWithoutDevice(employee, username, name, teams.get(employee, _NO_TEAM), [NO_DEVICE])
        for employee, username, name in found
    ]


def planned(
    people: Iterable[EmployeeWithoutDevice], limits: PresenceLimits
) -> list[EmployeeWithoutDevice]:
    """Return *people* with their plans; who is on leave needs no device now."""
    found = []
    for each in people:
        plan = limits.plans.get(each.employee_id, UNSET)
        attention = [] if plan is Plan.ON_LEAVE else each.attention
        found.append(replace(each, plan=plan, attention=attention))
    return found


def with_waiting(
    people: list[EmployeeWithoutDevice], waiting: Iterable[UserAndHost]
) -> list[EmployeeWithoutDevice]:
    """Return *people*; of those with a device that waits for approval, that is the next step."""
    hosts = {each.username: each.hostname for each in waiting}
    if not hosts:
        return people
    return [
        replace(each, attention=[waiting_sentence(hosts[each.username])])
        if each.username in hosts
        else each
        for each in people
    ]


class PresenceCache:
    """The rows of everybody, as the database has them at each question."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        """*zone* is the server's."""
        self._database = database
        self._plans = Plans(zone)
        self._alerts: Sequence[OpenAlertOf] = ()
        self._alerts_of: datetime | None = None
        self._waiting: Sequence[UserAndHost] = ()
        self._plans_of_rows: Mapping[int, Plan] | None = None
        self._without_device: list[EmployeeWithoutDevice] = []
        self._reading = asyncio.Lock()
        self._mark: ChangeMark | None = None
        self._rows: list[PresenceRow] = []
        # The index of each agent in `_rows`.
        self._places: dict[int, int] = {}
        self._people: dict[int, AgentIdentity] = {}
        self._logs: dict[int, int] = {}
        self._today: date | None = None

    async def read(
        self, today: date, limits: PresenceLimits
    ) -> tuple[list[PresenceRow], list[EmployeeWithoutDevice]]:
        """Return the rows by user name, with the logs of *today*, and who has no device."""
        # One after the other: for the second, nearly everything has been read already.
        async with self._reading, self._database.connection() as connection:
            mark, change = await presence.read_mark(connection, self._mark)
            logs = await presence.logs_of(connection, today)
            is_changed = change is not PeopleChange.NONE
            changed = await self._changed_employees(connection, change)
            limits = await self._with_plans(connection, limits, changed)
            # How many days somebody has been silent changes with the date, without a change there.
            if change is PeopleChange.UNKNOWN or today != self._today:
                self._keep(*await read_rows(connection, _EVERYBODY, logs, limits))
            else:
                if change is PeopleChange.SOME:
                    await self._read_changed_people(connection, limits)
                await self._read_changes(connection, logs, limits)
            self._mark, self._logs, self._today = mark, logs, today
            self._plans_of_rows = limits.plans
            if is_changed:
                self._without_device = await read_without_device(connection, _EVERYBODY)
            await self.read_alerts(connection, limits.now)
            rows = with_alerts(list(self._rows), self._alerts)
            return rows, planned(self._without_device, limits)

    @property
    def waiting(self) -> Sequence[UserAndHost]:
        """The devices that wait for approval, as of `read_alerts`."""
        return self._waiting

    async def read_alerts(self, connection: AnyConnection, now: datetime) -> None:
        """Read the open alerts and the devices that wait for approval, once a minute."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._alerts_of:
            self._alerts = await presence.open_alerts(connection)
            self._waiting = await enrollment_requests.waiting(connection)
            self._alerts_of = minute

    async def _changed_employees(
        self, connection: AnyConnection, change: PeopleChange
    ) -> list[int] | None:
        if change is PeopleChange.NONE:
            return []
        if change is PeopleChange.UNKNOWN or self._mark is None:
            return None
        return await presence.changed_employees(connection, self._mark)

    async def plans(self, connection: AnyConnection, limits: PresenceLimits) -> PresenceLimits:
        """Return *limits* with the plans of everybody."""
        async with self._reading:
            changed = await self._changed_employees(connection, PeopleChange.SOME)
            return await self._with_plans(connection, limits, changed)

    async def _with_plans(
        self, connection: AnyConnection, limits: PresenceLimits, changed: Sequence[int] | None
    ) -> PresenceLimits:
        plans = await self._plans.read(connection, limits.now, changed)
        return replace(limits, plans=plans)

    async def _read_changed_people(self, connection: AnyConnection, limits: PresenceLimits) -> None:
        teams = await presence.teams(connection, _EVERYBODY)
        changed = {
            each[0]: each for each in await presence.people(connection, _EVERYBODY, self._mark)
        }
        found = {each[0]: each for each in await presence.newest(connection, None, [*changed])}
        people, rows, is_in_order = {}, [], True
        # Who is not among these was revoked or erased, which leaves nothing that is newer.
        for agent in self._in_last_order(await presence.agents(connection)):
            newest, place = found.get(agent), self._places.get(agent)
            if newest is not None:
                person, logs = changed[agent], self._logs.get(agent, 0)
                row = row_of(person, teams.get(person[1], _NO_TEAM), newest, logs, limits)
                is_in_order &= place is not None and row.username == self._rows[place].username
            elif place is not None:
                person, row = self._people[agent], self._rows[place]
                names = teams.get(row.employee_id, _NO_TEAM)
                row = row if row.teams == names else replace(row, teams=names)
            else:
                # Enrolled between these statements: comes with the next question.
                continue
            people[agent] = person
            rows.append(row)
        # To sort ten thousand names takes longer than the rest.
        self._keep(people, rows if is_in_order else _in_order(rows))

    def _in_last_order(self, agents: Collection[int]) -> list[int]:
        """Return *agents* as the last rows had them, and then the new ones."""
        still = set(agents)
        known = [row.agent_id for row in self._rows if row.agent_id in still]
        return [*known, *(agent for agent in agents if agent not in self._places)]

    async def _read_changes(
        self, connection: AnyConnection, logs: dict[int, int], limits: PresenceLimits
    ) -> None:
        found = await presence.newest(connection, self._mark, None)
        same = limits.plans is self._plans_of_rows
        rows = [with_current_state(row, limits, has_these_plans=same) for row in self._rows]
        # Both may tell of agents that are revoked.
        for newest in found:
            place = self._places.get(newest[0])
            if place is not None:
                row = rows[place]
                person = self._people[row.agent_id]
                rows[place] = row_of(person, row.teams, newest, row.logs_today, limits)
        for agent in {agent for agent, _ in logs.items() ^ self._logs.items()}:
            place = self._places.get(agent)
            if place is not None:
                rows[place] = replace(rows[place], logs_today=logs.get(agent, 0))
        self._rows = rows

    def _keep(self, people: dict[int, AgentIdentity], rows: list[PresenceRow]) -> None:
        self._people, self._rows = people, rows
        self._places = {row.agent_id: place for place, row in enumerate(rows)}


def _in_order(rows: Iterable[PresenceRow]) -> list[PresenceRow]:
    # Twice by one value, not by pairs: a third of the time.
    by_agent = sorted(rows, key=attrgetter("agent_id"))
    by_agent.sort(key=attrgetter("username"))
    return by_agent
