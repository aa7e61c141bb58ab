"""The signed-in user's own account: password and sessions."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.requests import Request

from wfhserver.accounts.passwords import MOST_CHARACTERS
from wfhserver.api.dashboard.guard import session_token
from wfhserver.api.dashboard.rights import AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.dashboard.users import EndedSessions, Password, SessionInfos
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input

router = APIRouter(prefix="/api/account", tags=["dashboard"], route_class=DeclaredRoute)


class PasswordChange(Input):
    """The current password, and the new one."""

    current: Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]
    password: Password


class Account(msgspec.Struct, frozen=True):
    """How the user signs in; *is_company*: with the account of an OpenID provider."""

    username: str
    is_company: bool


@router.get("")
async def account(user: AnyUser, services: Dashboard) -> Account:
    """How the signed-in user signs in."""
    return Account(user.username, await services.own_password.is_company(user))


@router.post("/password")
@refuses(Code.CONFLICT, Code.TOO_MANY_LOGINS)
async def change_password(
    user: AnyUser, request: Request, given: PasswordChange, services: Dashboard
) -> EndedSessions:
    """Change the password of the signed-in user; ends their other sessions."""
    token = session_token(request)
    ended = await services.own_password.change(user, token, given.current, given.password)
    return EndedSessions(ended)


@router.get("/sessions")
async def own_sessions(user: AnyUser, request: Request, services: Dashboard) -> SessionInfos:
    """List the sessions of the signed-in user."""
    return SessionInfos(await services.session_list.own(user, session_token(request)))


@router.delete("/sessions")
async def end_other_sessions(user: AnyUser, request: Request, services: Dashboard) -> EndedSessions:
    """End every session of the signed-in user except this one."""
    return EndedSessions(await services.session_list.end_others(user, session_token(request)))


@router.delete("/sessions/{session_id}", status_code=204)
async def end_own_session(user: AnyUser, session_id: str, services: Dashboard) -> None:
    """End one session of the signed-in user."""
    await services.session_list.end_own(user, session_id)
