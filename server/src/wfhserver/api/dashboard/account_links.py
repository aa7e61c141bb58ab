"""Invitations and links that reset a password: made by administrators, opened without a session."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from wfhserver.accounts.account_links import CreatedLink, Invitation, OpenLink
from wfhserver.api.dashboard.rights import Admin, SameOrigin
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.dashboard.users import Password
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name, Number, Text
from wfhserver.models.users import Role

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)

_MOST_TEAMS = 500
LinkToken = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class NewInvitation(Input):
    """Who may sign in once they have set a password; *email* sends them the link."""

    username: Name
    role: Role
    team_ids: Annotated[tuple[Number, ...], Field(max_length=_MOST_TEAMS)] = ()
    email: Text | None = None


class NewLink(Input):
    """Where the link is sent; without an address it is copied."""

    email: Text | None = None


class GivenLink(Input):
    """What the address of a link holds."""

    token: LinkToken


class GivenPassword(GivenLink):
    """What the address of a link holds, and the password to set."""

    password: Password


@router.post("/users/invitations", status_code=201)
@refuses(Code.CONFLICT)
async def invite_user(admin: Admin, new: NewInvitation, services: Dashboard) -> CreatedLink:
    """Invite a user by a link, with which they set their own password; on record."""
    invitation = Invitation(new.username, new.role, new.team_ids, new.email or None)
    return await services.account_links.invite(admin, invitation)


@router.post("/users/{user_id}/link", status_code=201)
@refuses(Code.CONFLICT)
async def create_user_link(
    admin: Admin, user_id: Number, new: NewLink, services: Dashboard
) -> CreatedLink:
    """Make a link that sets a user's password, and replaces the last one; on record.

    Until the user has set a password it is an invitation of seven days, then a reset of 24 hours.
    """
    return await services.account_links.renew(admin, user_id, new.email or None)


@router.post("/account-link")
@refuses(Code.ACCOUNT_LINK_ENDED, Code.DATABASE_UNAVAILABLE)
async def open_account_link(_: SameOrigin, given: GivenLink, services: Dashboard) -> OpenLink:
    """Whose password a link sets; needs no session, and does not use the link up."""
    return await services.account_links.look(given.token)


@router.post("/account-link/password", status_code=204)
@refuses(Code.ACCOUNT_LINK_ENDED, Code.DATABASE_UNAVAILABLE)
async def set_password_by_link(_: SameOrigin, given: GivenPassword, services: Dashboard) -> None:
    """Set a password with a link, which works once; ends the user's sessions."""
    await services.account_links.use(given.token, given.password)
