"""People, and one person's day."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec

from wfhserver.agent_versions import Version
from wfhserver.days import RetentionCalendar
from wfhserver.devices.agents import AgentPage, AgentRow, AgentSelection, PluginTrouble, agent_row
from wfhserver.devices.fleet import DeviceFleet
from wfhserver.errors import Code, Refusal
from wfhserver.facts.chosen import ChosenFacts
from wfhserver.facts.queries import FactFilters, FactNames
from wfhserver.inputs import Input, Number, Page, Text, WholeNumber
from wfhserver.models.directory import EmployeeStatus
from wfhserver.models.fleet import System
from wfhserver.models.users import Role, User
from wfhserver.paging import page_token, read_token
from wfhserver.presence.states import PresenceLimits, State, limits, state_of
from wfhserver.storage.postgres import agent_pages, employees, holds
from wfhserver.storage.postgres.agent_pages import (
    AgentFilters,
    AgentKey,
    AgentOrder,
    AgentPosition,
)
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.employees import (
    DaySummary,
    EmployeeSummary,
    NameKey,
    Search,
    StoredAgent,
    StoredEmployee,
)
from wfhserver.visible_agents import visible_agents


class EmployeeRow(msgspec.Struct, frozen=True):
    """An employee in a list; *state* is that of the agent that was seen last.

    *manager* is the username of an employee, null as well when the user may not see them.
    *further_usernames* are other names under which devices of the employee report.
    """

    employee_id: int
    username: str
    teams: list[str]
    agents: int
    state: State
    last_seen: datetime | None
    display_name: str | None
    email: str | None
    manager: str | None
    time_zone: str | None
    country: str | None
    region: str | None
    status: EmployeeStatus
    further_usernames: list[str]


class EmployeePage(msgspec.Struct, frozen=True):
    """A page in the order of names; *next_page* is null behind the last one."""

    rows: list[EmployeeRow]
    next_page: str | None


class Employee(msgspec.Struct, frozen=True):
    """One employee; of *days* those that have something, newest first, by *zone*, the server's.

    Under a legal hold, *held_since* then, there are days older than those that are kept.
    """

    employee_id: int
    username: str
    teams: list[str]
    created_at: datetime
    zone: str
    held_since: datetime | None
    agents: list[AgentRow]
    days: list[DaySummary]
    display_name: str | None
    email: str | None
    manager: str | None
    time_zone: str | None
    country: str | None
    region: str | None
    status: EmployeeStatus
    further_usernames: list[str]


class EmployeeQuery(Input):
    """Which page of a list, and of whom: *search* in the names, *team* is a number."""

    search: Text | None = None
    team: Number | None = None
    page: Page | None = None
    limit: Annotated[int, WholeNumber(500)] = 100


class AgentQuery(EmployeeQuery):
    """The same of agents; *where* are filters on facts, and *fact* the facts that are shown.

    With *plugins* only agents one of whose plugins fails, is left alone, or waits for a restart.
    *outdated* ones are older than the minimum or the newest release. *settings* is a fingerprint,
    `differs` for settings that are not agreed on, or `unknown`.
    """

    which: AgentSelection = AgentSelection.ACTIVE
    plugins: PluginTrouble | None = None
    version: Text | None = None
    outdated: bool = False
    system: System | None = None
    state: State | None = None
    settings: Text | None = None
    sort: AgentOrder = AgentOrder.EMPLOYEE
    descending: bool = False
    where: FactFilters = ()
    fact: FactNames = ()


_REVOKED = {
    AgentSelection.ACTIVE: False,
    AgentSelection.REVOKED: True,
    AgentSelection.DUPLICATE: False,
    AgentSelection.ALL: None,
}

_PROFILE = (
    *("display_name", "email", "manager", "time_zone", "country", "region"),
    "further_usernames",
)


class Employees:
    """Shows employees and agents to the users who may see them."""

    def __init__(
        self,
        database: Database,
        calendar: RetentionCalendar,
        grace: timedelta,
        facts: ChosenFacts,
        fleet: DeviceFleet,
        minimum_agent_version: Version | None = None,
    ) -> None:
        self._database = database
        self._facts = facts
        self._fleet = fleet
        self._calendar = calendar
        self._grace = grace
        self._minimum_version = minimum_agent_version

    async def page(self, user: User, query: EmployeeQuery) -> EmployeePage:
        """Return a page of employees."""
        limit = query.limit
        async with self._database.connection() as connection:
            search = await self._search(connection, user, query)
            found = await employees.page(connection, search, limit + 1)
        at = self.limits()
        rows = [
            EmployeeRow(
                employee_id=row.employee_id,
                username=row.username,
                teams=row.teams,
                agents=row.agents,
                state=state_of(row.last_seen, at, row.heartbeat_seconds),
                last_seen=row.last_seen,
                **_profile(row),
            )
            for row in found[:limit]
        ]
        return EmployeePage(
            rows, _next([NameKey(row.username, row.employee_id) for row in found], limit)
        )

    async def agents(self, user: User, query: AgentQuery) -> AgentPage:
        """Return a page of agents."""
        chosen = await self._facts.choose(user, query.fact, query.where)
        matching = None if chosen is None else chosen.agents
        at, to_admin = self.limits(), user.role is Role.ADMIN
        position = _position(query)
        async with self._database.connection() as connection:
            filters = await self._agent_filters(connection, user, query, at)
            if matching is not None:
                filters = filters._replace(agents=[*matching])
            found = await agent_pages.page(connection, filters, position, query.limit + 1)
        shown = [each.agent for each in found[: query.limit]]
        devices = {row.agent_id: row.employee_id for row in shown}
        values = {} if chosen is None else await chosen.values(devices)
        return AgentPage(
            [
                agent_row(row, at, to_admin=to_admin, facts=values.get(row.agent_id))
                for row in shown
            ],
            page_token(found[query.limit - 1].key) if len(found) > query.limit else None,
        )

    async def _agent_filters(
        self, connection: AnyConnection, user: User, query: AgentQuery, at: PresenceLimits
    ) -> AgentFilters:
        if query.team is not None:
            # For its refusal of a team that is not there.
            await visible_agents(connection, user, None, query.team)
        versions = None if query.version is None else [query.version]
        if query.outdated:
            outdated = await self._fleet.outdated(connection)
            versions = [each for each in outdated if query.version in (None, each)]
        return AgentFilters(
            sees_teams_of=user.sees_teams_of,
            text=query.search,
            team_id=query.team,
            revoked=_REVOKED[query.which],
            duplicate=True if query.which is AgentSelection.DUPLICATE else None,
            agents=None,
            reports=query.plugins,
            versions=versions,
            system=query.system,
            state=query.state,
            online_since=at.online,
            overdue_since=at.overdue,
            settings=query.settings,
        )

    async def one(self, user: User, employee_id: int) -> Employee:
        """Return an employee; Refusal `not_found` when the user may see none of that number."""
        zone, oldest = str(self._calendar.zone), self._calendar.oldest_kept()
        async with self._database.connection() as connection:
            row, agents = await self.find(connection, user, employee_id)
            numbers = [agent.agent_id for agent in agents]
            oldest_on_hold = await holds.oldest_of(connection, numbers)
            days = (min(oldest, oldest_on_hold or oldest), self._last())
            summaries = await employees.days_of(connection, numbers, days, zone)
            held_since = await holds.held_since(connection, employee_id)
        at = self.limits()
        return Employee(
            employee_id=row.employee_id,
            username=row.username,
            teams=row.teams,
            created_at=row.created_at,
            zone=zone,
            held_since=held_since,
            agents=[agent_row(each, at, to_admin=user.role is Role.ADMIN) for each in agents],
            days=summaries,
            **_profile(row),
        )

    async def find(
        self, connection: AnyConnection, user: User, employee_id: int
    ) -> tuple[StoredEmployee, list[StoredAgent]]:
        """Return an employee and the agents; Refusal `not_found` as above."""
        row = await employees.one(connection, user.sees_teams_of, employee_id)
        if row is None:
            raise Refusal(Code.NOT_FOUND, "Employee not found among those that you can see.")
        agents = await employees.agents_of_one(connection, user.sees_teams_of, employee_id)
        return row, agents

    def limits(self) -> PresenceLimits:
        """Return since when somebody counts as online or overdue."""
        now, minimum = self._calendar.clock.now(), self._minimum_version
        return limits(now, self._grace, self._calendar.zone, minimum_version=minimum)

    def _last(self) -> date:
        return self._calendar.today() + timedelta(days=1)

    async def _search(self, connection: AnyConnection, user: User, query: EmployeeQuery) -> Search:
        if query.team is not None:
            # For its refusal of a team that is not there.
            await visible_agents(connection, user, None, query.team)
        after = read_token(query.page, NameKey)
        return Search(user.sees_teams_of, query.search, query.team, after)


def _position(query: AgentQuery) -> AgentPosition:
    """Return where a page begins; Refusal when that is a page of another order."""
    after = read_token(query.page, AgentKey)
    position = AgentPosition(query.sort, query.descending, after)
    if not position.fits:
        raise Refusal(
            Code.INVALID_FIELD,
            "This page key is not valid. Start with the first page.",
            field="page",
        )
    return position


def _profile(row: EmployeeSummary | StoredEmployee) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in _PROFILE}
    return {**fields, "status": EmployeeStatus(row.status)}


def _next(found: list[NameKey], limit: int) -> str | None:
    return page_token(found[limit - 1]) if len(found) > limit else None
