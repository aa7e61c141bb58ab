"""Employees, one of them, their days, and their agents."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.logs import ReasonQuery
from wfhserver.api.dashboard.rights import AnyUser, ReadingEmployees, ReadingFacts
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.devices.agents import AgentPage
from wfhserver.employees.days import EmployeeDay
from wfhserver.employees.directory import AgentQuery, Employee, EmployeePage, EmployeeQuery
from wfhserver.errors import Code
from wfhserver.facts.device_plugins import DevicePlugins
from wfhserver.inputs import Day, Number

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("/employees")
@refuses(Code.NOT_FOUND)
async def employees(
    user: ReadingEmployees, query: Annotated[EmployeeQuery, Query()], services: Dashboard
) -> EmployeePage:
    """Employees in the order of their names; a manager sees only their own teams."""
    return await services.employees.page(user, query)


@router.get("/employees/{employee_id}")
async def employee(user: ReadingEmployees, employee_id: Number, services: Dashboard) -> Employee:
    """One employee, the devices, and which days have data."""
    return await services.employees.one(user, employee_id)


@router.get("/employees/{employee_id}/days/{workday}")
@refuses(Code.OUTSIDE_RETENTION)
async def employee_day(
    user: AnyUser,
    employee_id: Number,
    workday: Day,
    query: Annotated[ReasonQuery, Query()],
    services: Dashboard,
) -> EmployeeDay:
    """A day of one employee, whole; on record, with the reason if one is given."""
    return await services.employee_days.day(user, employee_id, workday, query.reason)


@router.get("/agents")
@refuses(Code.NOT_FOUND)
async def agents(
    user: AnyUser, query: Annotated[AgentQuery, Query()], services: Dashboard
) -> AgentPage:
    """Agents in the order of their users; a manager sees only those of their own teams."""
    return await services.employees.agents(user, query)


@router.get("/agents/{agent_id}/plugins")
@refuses(Code.NOT_FOUND)
async def agent_plugins(user: ReadingFacts, agent_id: Number, services: Dashboard) -> DevicePlugins:
    """Plugins of one agent: version, origin, hash, problems, and what waits for a restart."""
    return await services.facts.device_plugins(user, agent_id)
