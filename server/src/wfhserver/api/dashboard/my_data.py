"""What an employee sees of their own data: an agent's link opens a session, which shows it.

The session decides whose data it is, and nothing in the request does.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.security.base import SecurityBase
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wfhserver.api.agents.token import CallingAgent
from wfhserver.api.dashboard.audit import EntriesQuery
from wfhserver.api.dashboard.cookies import Cookie
from wfhserver.api.dashboard.files import attachment, file_answer, screenshot_response
from wfhserver.api.dashboard.logs import LogId
from wfhserver.api.dashboard.rights import SameOrigin, cookie
from wfhserver.api.dashboard.services import Dashboard, RequestGuard, ServerCalendar
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.api.problem import answer_of
from wfhserver.attendance.pages import Attendance
from wfhserver.audit.pages import OwnEntryPage
from wfhserver.employees.days import EmployeeDay
from wfhserver.employees.directory import Employee
from wfhserver.employees.my_sessions import SESSION_LENGTH, MyDataLink
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input
from wfhserver.logs.pages import SELF, LogDetail
from wfhserver.models.users import MySession
from wfhserver.schedules.team_days import PlannedDaysRange, PlannedDaysTable

agent_router = APIRouter(prefix="/api", tags=["agents"], route_class=DeclaredRoute)
router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)

# A browser takes a path for whole folders, so none holds my-session and my-data alone.
MY_COOKIE: Final = Cookie("wfh_my_session", SESSION_LENGTH, path="/api", same_site="strict")
_SESSION, _DATA = "/my-session", "/my-data"
_LOG = _DATA + "/logs/{log_id}"
_NO_SCREENSHOT = (Code.SCREENSHOT_MISSING, Code.SCREENSHOT_STORAGE_UNAVAILABLE)


class _Employee(SecurityBase):
    """The employee of the session."""

    model = cookie(MY_COOKIE.name)
    scheme_name = "my_session"
    codes = (Code.MY_SESSION_MISSING, Code.DATABASE_UNAVAILABLE)

    async def __call__(self, request: Request, services: Dashboard) -> MySession:
        """Return whose session it is."""
        token = request.cookies.get(MY_COOKIE.name, "")
        if not token.isascii() or not token:
            raise Refusal(
                Code.MY_SESSION_MISSING,
                "Open this page from the agent's menu, or with `wfhagent my-data`.",
            )
        return await services.my_sessions.find(token)


Me = Annotated[MySession, Depends(_Employee())]


class MyCode(Input):
    """What comes after `#` in the link."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=128)]


@agent_router.post("/my-data-link", status_code=201)
@refuses(Code.IDENTITY_UNCERTAIN)
async def my_data_link(agent: CallingAgent, services: Dashboard) -> MyDataLink:
    """A link with which this agent's user sees their own data, once."""
    return await services.my_sessions.link(agent)


@router.post(_SESSION, response_model=MySession)
@refuses(
    Code.MY_LINK_UNKNOWN,
    Code.MY_LINK_USED,
    Code.MY_LINK_EXPIRED,
    Code.IDENTITY_UNCERTAIN,
    Code.DATABASE_UNAVAILABLE,
)
async def open_my_session(
    _: SameOrigin,
    request: Request,
    given: MyCode,
    services: Dashboard,
    guard: RequestGuard,
    calendar: ServerCalendar,
) -> Response:
    """Exchange the code of a link for a session; the answer sets the cookie."""
    token, session = await services.my_sessions.begin(given.code)
    response = answer_of(calendar.clock, session)
    MY_COOKIE.set(response, token, secure=guard.is_https(request))
    return response


@router.get(_SESSION)
async def my_session(me: Me) -> MySession:
    """Whose data is shown, and for how long?"""
    return me


@router.delete(_SESSION, status_code=204)
async def end_my_session(_: SameOrigin, __: Me, request: Request, services: Dashboard) -> Response:
    """Close the page of one's own data."""
    await services.my_sessions.end(request.cookies.get(MY_COOKIE.name, ""))
    response = Response(status_code=204)
    MY_COOKIE.delete(response)
    return response


@router.get(_DATA)
async def my_data(me: Me, services: Dashboard) -> Employee:
    """Whose devices, and which days."""
    return await services.employees.one(SELF, me.employee_id)


@router.get(_DATA + "/days/{workday}")
@refuses(Code.OUTSIDE_RETENTION)
async def my_day(me: Me, workday: Day, services: Dashboard) -> EmployeeDay:
    """A day, whole, and who looked on it."""
    return await services.employee_days.own(me.employee_id, workday)


@router.get(_DATA + "/attendance")
async def my_attendance(me: Me, services: Dashboard) -> Attendance:
    """Device activity by day, as managers see it."""
    return await services.attendance.own(me.employee_id)


@router.get(_DATA + "/planned-days")
async def my_planned_days(
    me: Me, query: Annotated[PlannedDaysRange, Query()], services: Dashboard
) -> PlannedDaysTable:
    """Which days are planned as working days, days off, holidays and leave."""
    return await services.team_days.own(me.employee_id, query)


@router.get(_DATA + "/audit")
async def my_views(
    me: Me, query: Annotated[EntriesQuery, Query()], services: Dashboard
) -> OwnEntryPage:
    """Who looked at anything of it, newest first."""
    return await services.audit.about(me.employee_id, query.before, query.limit)


@router.get(_LOG)
async def my_log(me: Me, log_id: LogId, services: Dashboard) -> LogDetail:
    """One log with everything of it."""
    return await services.logs.own(me.employee_id, log_id)


@router.get(
    _LOG + "/screenshot",
    responses=file_answer("As it was sent", "image/webp", "image/png", "image/jpeg"),
)
@refuses(*_NO_SCREENSHOT)
async def my_screenshot(me: Me, log_id: LogId, services: Dashboard) -> Response:
    """The screenshot as it was sent."""
    return screenshot_response(
        await services.screenshot_views.own_screenshot(me.employee_id, log_id)
    )


@router.get(_LOG + "/thumbnail", responses=file_answer("Small", "image/webp"))
@refuses(*_NO_SCREENSHOT)
async def my_thumbnail(me: Me, log_id: LogId, services: Dashboard) -> Response:
    """The screenshot, small."""
    return screenshot_response(
        await services.screenshot_views.own_thumbnail(me.employee_id, log_id)
    )


@router.get(_DATA + "/export.zip", responses=file_answer("A zip", "application/zip"))
@refuses(Code.NOT_FOUND, Code.SCREENSHOT_STORAGE_UNAVAILABLE)
async def my_zip(me: Me, services: Dashboard) -> Response:
    """Everything as a zip; on record."""
    parts = await services.employee_export.zip_of(me.employee_id, actor=me.actor)
    headers = attachment("my-data.zip")
    return StreamingResponse(parts, media_type="application/zip", headers=headers)
