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

# Says that somebody has signed in from this browser; goes nowhere but to signing in.
_DEVICE_COOKIE: Final = "wfh_device"
_DEVICE_PATH: Final = "/api/session"


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
    device = request.cookies.get(_DEVICE_COOKIE)
    credentials = Credentials(given.username, given.password, given.code, device)
    session = await services.sessions.sign_in(credentials, guard.address(request))
    response = answer_of(calendar.clock, _shown(session))
    is_https = guard.is_https(request)
    set_session(response, session, secure=is_https)
    response.set_cookie(
        _DEVICE_COOKIE,
        session.device or "",
        max_age=int(DEVICE_LENGTH.total_seconds()),
        path=_DEVICE_PATH,
        httponly=True,
        samesite="lax",
        secure=is_https,
    )
    return response


@router.get("")
async def who_am_i(
    user: AnyUser, request: Request, services: Dashboard, calendar: ServerCalendar
) -> Session:
    """Who is signed in?"""
    token = session_token(request)
    expires_at = await services.sessions.expiry_of(token) or calendar.clock.now()
    return _shown(SignedIn(token=token, user=user, expires_at=expires_at))


@router.delete("", status_code=204)
async def sign_out(_: AnyUser, request: Request, services: Dashboard) -> Response:
    """Sign out."""
    await services.sessions.sign_out(session_token(request))
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return response


def _shown(session: SignedIn) -> Session:
    user, token = session.user, csrf_token(session.token)
    return Session(user.username, user.role, user.teams, token, session.expires_at)


def set_session(response: Response, session: SignedIn, *, secure: bool) -> None:
    """Give the browser the cookie of *session*, which no script can read."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )
