"""GET /api/employees, one of them and the days, and GET /api/agents."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.problem import answer_of
from wfhserver.clock import Clock
from wfhserver.devices.agents import Which
from wfhserver.employees.days import EmployeeDays
from wfhserver.employees.directory import EmployeeQuery, Employees
from wfhserver.errors import Code, Refusal

PAGE_LIMIT = 500
_PAGE = 100
_INT = 2**31 - 1


class EmployeesEndpoint:
    """People and their machines."""

    def __init__(self, people: Employees, days: EmployeeDays, guard: Guard, clock: Clock) -> None:
        self._people = people
        self._days = days
        self._guard = guard
        self._clock = clock

    async def list(self, request: Request) -> Response:
        """Return a page of employees in the order of their names."""
        user = await self._guard.user(request)
        found = await self._people.page(user, _asked(request), _limit(request))
        return answer_of(self._clock, found)

    async def get(self, request: Request) -> Response:
        """Return one employee with agents and days."""
        user = await self._guard.user(request)
        number = query.path_number(request, "employee_id")
        return answer_of(self._clock, await self._people.one(user, number))

    async def day(self, request: Request) -> Response:
        """Return a day of one employee; on record."""
        user = await self._guard.user(request)
        number, reason = query.path_number(request, "employee_id"), query.text(request, "reason")
        found = await self._days.day(user, number, workday_of(request), reason)
        return answer_of(self._clock, found)

    async def agents(self, request: Request) -> Response:
        """Return a page of agents in the order of their users' names."""
        user = await self._guard.user(request)
        which = query.choice(request, "which", Which) or Which.ACTIVE
        found = await self._people.agents(user, _asked(request), which, _limit(request))
        return answer_of(self._clock, found)


def _asked(request: Request) -> EmployeeQuery:
    return EmployeeQuery(
        text=query.text(request, "search"),
        team_id=query.number(request, "team", highest=_INT),
        page=query.long_text(request, "page"),
    )


def _limit(request: Request) -> int:
    return query.number(request, "limit", highest=PAGE_LIMIT, default=_PAGE) or _PAGE


def workday_of(request: Request) -> date:
    """Return the day in the path; Refusal `not_found` for what is none."""
    try:
        return date.fromisoformat(request.path_params["workday"])
    except ValueError:
        raise Refusal(Code.NOT_FOUND, "This is no day. Ask for one such as 2026-11-23.") from None
