"""What the calls of employees and agents take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.employees import PAGE_LIMIT
from wfhserver.api.dashboard.operations import (
    PAGE,
    dashboard_operation,
    path_number,
    query_choice,
    query_number,
    query_text,
)
from wfhserver.api.operations import success_of
from wfhserver.devices.agents import AgentPage, Which
from wfhserver.employees.days import EmployeeDay
from wfhserver.employees.directory import Employee, EmployeePage
from wfhserver.errors import Code

_SEARCH = (
    query_text("search"),
    query_number("team", 2**31 - 1),
    PAGE,
    query_number("limit", PAGE_LIMIT),
)
WORKDAY: dict[str, Any] = {
    "name": "workday",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "date"},
}


def employee_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/employees and /api/agents take and answer."""
    number = path_number("employee_id")
    return {
        "LIST": dashboard_operation(
            "employees",
            "Employees in the order of their names; a manager sees the own teams",
            {"200": success_of("A page", EmployeePage)},
            Code.NOT_FOUND,
            parameters=_SEARCH,
        ),
        "GET": dashboard_operation(
            "employee",
            "One employee, the machines, and which days there are",
            {"200": success_of("The employee", Employee)},
            parameters=(number,),
        ),
        "DAY": dashboard_operation(
            "employee_day",
            "A day of one employee, whole; on record, with the reason if one is given",
            {"200": success_of("The day", EmployeeDay)},
            Code.OUTSIDE_RETENTION,
            parameters=(number, WORKDAY, query_text("reason")),
        ),
        "AGENTS": dashboard_operation(
            "agents",
            "Agents in the order of their users; a manager sees those of the own teams",
            {"200": success_of("A page", AgentPage)},
            Code.NOT_FOUND,
            parameters=(*_SEARCH, query_choice("which", Which)),
        ),
    }
