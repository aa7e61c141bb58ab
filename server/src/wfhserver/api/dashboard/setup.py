"""The first administrator of a server without accounts."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.setup_code import FirstAdmin
from wfhserver.api.dashboard.browsers import browser_of
from wfhserver.api.dashboard.rights import SameOrigin
from wfhserver.api.dashboard.services import Dashboard, RequestGuard, ServerCalendar
from wfhserver.api.dashboard.sessions import BROWSER_SESSION, Session, session_answer
from wfhserver.api.dashboard.users import Password
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.api.problem import answer_of
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name

router = APIRouter(prefix="/api/setup", tags=["dashboard"], route_class=DeclaredRoute)


class NewAdmin(Input):
    """The first administrator, with the setup code that the server has printed."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    username: Name
    password: Password


class SetupState(msgspec.Struct, frozen=True):
    """Whether this server has no account yet."""

    is_needed: bool


@router.get("")
@refuses(Code.DATABASE_UNAVAILABLE)
async def setup(services: Dashboard) -> SetupState:
    """Whether the first administrator is still to be created; needs no session."""
    return SetupState(await services.first_run.is_needed())


@router.post("", status_code=201, response_model=Session)
@refuses(Code.CONFLICT, Code.TOO_MANY_LOGINS, Code.DATABASE_UNAVAILABLE)
async def create_first_admin(
    _: SameOrigin,
    request: Request,
    new: NewAdmin,
    services: Dashboard,
    guard: RequestGuard,
    calendar: ServerCalendar,
) -> Response:
    """Create the first administrator with the setup code; the answer sets the cookie."""
    given = FirstAdmin(new.code, new.username, new.password)
    browser = browser_of(request.headers)
    session = await services.first_run.create(given, guard.address(request), browser)
    response = answer_of(calendar.clock, session_answer(session), status=201)
    BROWSER_SESSION.set(response, session.token, secure=guard.is_https(request))
    return response
