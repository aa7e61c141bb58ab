"""Who may sign in."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from pydantic import StringConstraints

from wfhserver.accounts.passwords import LEAST_CHARACTERS, MOST_CHARACTERS
from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name, Number
from wfhserver.models.users import Role, SessionInfo, UserAccount

router = APIRouter(prefix="/api/users", tags=["dashboard"], route_class=DeclaredRoute)

Password = Annotated[
    str, StringConstraints(min_length=LEAST_CHARACTERS, max_length=MOST_CHARACTERS)
]


class NewUser(Input):
    """Somebody who may sign in from now on."""

    username: Name
    password: Password
    role: Role


class UserChange(Input):
    """What is left out stays as it is."""

    role: Role | None = None
    password: Password | None = None
    disabled: bool | None = None


class UserList(msgspec.Struct, frozen=True):
    """All users; *can_mail* says whether the server can send links to set a password."""

    users: list[UserAccount]
    can_mail: bool


class SessionInfos(msgspec.Struct, frozen=True):
    """The open sessions of a user, the newest first."""

    sessions: list[SessionInfo]


class EndedSessions(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    ended: int


@router.get("")
async def users(_: AdminOrAuditor, services: Dashboard) -> UserList:
    """List the users."""
    return UserList(await services.users.list(), services.link_mail.can_send)


@router.post("", status_code=201)
@refuses(Code.CONFLICT)
async def add_user(admin: Admin, new: NewUser, services: Dashboard) -> UserAccount:
    """Add a user."""
    hashed = await services.passwords.hash(new.password)
    return await services.users.add(admin, new.username, hashed, new.role)


@router.patch("/{user_id}")
@refuses(Code.CONFLICT)
async def change_user(
    admin: Admin, user_id: Number, change: UserChange, services: Dashboard
) -> UserAccount:
    """Change a user; a new password and disabling end all sessions."""
    hashed = None if change.password is None else await services.passwords.hash(change.password)
    role, disabled = change.role, change.disabled
    return await services.users.change(
        admin, user_id, role=role, password_hash=hashed, disabled=disabled
    )


@router.get("/{user_id}/sessions")
async def user_sessions(_: Admin, user_id: Number, services: Dashboard) -> SessionInfos:
    """List the open sessions of a user."""
    return SessionInfos(await services.session_list.of(user_id))


@router.delete("/{user_id}/sessions")
async def end_user_sessions(admin: Admin, user_id: Number, services: Dashboard) -> EndedSessions:
    """End every session of a user; on record."""
    return EndedSessions(await services.session_list.end_all(admin, user_id))
