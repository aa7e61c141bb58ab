"""The browser's session, in a cookie that no script can read: sign in, who am I, sign out."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.passwords import MOST_CHARACTERS
from wfhserver.accounts.sessions import DEVICE_LENGTH, SESSION_LENGTH, Credentials, SignedIn
from wfhserver.api.dashboard.browsers import browser_of
from wfhserver.api.dashboard.cookies import Cookie
from wfhserver.api.dashboard.guard import SESSION_COOKIE, session_token
from wfhserver.api.dashboard.rights import AnyUser, SameOrigin
from wfhserver.api.dashboard.second_factor import AnyCode
from wfhserver.api.dashboard.services import Dashboard, RequestGuard, ServerCalendar
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.api.problem import answer_of
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name
from wfhserver.models.users import Role
from wfhserver.tokens import csrf_token

router = APIRouter(prefix="/api/session", tags=["dashboard"], route_class=DeclaredRoute)

BROWSER_SESSION: Final = Cookie(SESSION_COOKIE, SESSION_LENGTH)
# Says that somebody has signed in from this browser; goes nowhere but to signing in.
_DEVICE: Final = Cookie("wfh_device", DEVICE_LENGTH, path="/api/session")


class SignIn(Input):
    """Name and password, and the code of the app or a recovery code where there is one."""

    username: Name
    password: Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]
    code: AnyCode | None = None


class Session(msgspec.Struct, frozen=True):
    """Who is signed in, and the token that every change has to carry."""

    username: str
    role: Role
    teams: list[str]
    csrf_token: str
    expires_at: datetime


@router.post("", response_model=Session)
@refuses(
    Code.LOGIN_FAILED,
    Code.SECOND_FACTOR_REQUIRED,
    Code.TOO_MANY_LOGINS,
    Code.DATABASE_UNAVAILABLE,
)
async def sign_in(
    _: SameOrigin,
    request: Request,
    given: SignIn,
    services: Dashboard,
    guard: RequestGuard,
    calendar: ServerCalendar,
) -> Response:
    """Sign in; the answer sets the cookie."""
    device, browser = request.cookies.get(_DEVICE.name), browser_of(request.headers)
    credentials = Credentials(given.username, given.password, given.code, device, browser)
    session = await services.sessions.sign_in(credentials, guard.address(request))
    response = answer_of(calendar.clock, session_answer(session))
    is_https = guard.is_https(request)
    BROWSER_SESSION.set(response, session.token, secure=is_https)
    _DEVICE.set(response, session.device or "", secure=is_https)
    return response


@router.get("")
async def who_am_i(
    user: AnyUser, request: Request, services: Dashboard, calendar: ServerCalendar
) -> Session:
    """Who is signed in?"""
    token = session_token(request)
    expires_at = await services.sessions.expiry_of(token) or calendar.clock.now()
    return session_answer(SignedIn(token=token, user=user, expires_at=expires_at))


@router.delete("", status_code=204)
async def sign_out(_: AnyUser, request: Request, services: Dashboard) -> Response:
    """Sign out."""
    await services.sessions.sign_out(session_token(request))
    response = Response(status_code=204)
    BROWSER_SESSION.delete(response)
    return response


def session_answer(session: SignedIn) -> Session:
    """Return what the browser may know of a session; its token is in the cookie alone."""
    user, token = session.user, csrf_token(session.token)
    return Session(user.username, user.role, user.teams, token, session.expires_at)
