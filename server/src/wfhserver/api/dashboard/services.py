"""What the dashboard's routes work with, as dependencies; `create_app` puts it into the app."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from wfhserver.api.dashboard.guard import Guard
from wfhserver.days import RetentionCalendar
from wfhserver.getting_started.checklist import GettingStarted
from wfhserver.retention.run import Retention
from wfhserver.services import Services


async def _services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def guard_of(request: Request) -> Guard:
    """Return the guard, which checks the user who calls."""
    guard: Guard = request.app.state.guard
    return guard


async def _calendar_of(request: Request) -> RetentionCalendar:
    calendar: RetentionCalendar = request.app.state.calendar
    return calendar


async def _retention_of(request: Request) -> Retention:
    retention: Retention = request.app.state.retention
    return retention


async def _getting_started_of(request: Request) -> GettingStarted:
    steps: GettingStarted = request.app.state.getting_started
    return steps


Dashboard = Annotated[Services, Depends(_services_of)]
RequestGuard = Annotated[Guard, Depends(guard_of)]
ServerCalendar = Annotated[RetentionCalendar, Depends(_calendar_of)]
Deletion = Annotated[Retention, Depends(_retention_of)]
StartingSteps = Annotated[GettingStarted, Depends(_getting_started_of)]
