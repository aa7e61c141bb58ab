"""Who may become an agent, and who may be one no longer."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from pydantic import Field

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute
from wfhserver.inputs import Input, Name, Number, Text, WholeNumber
from wfhserver.models.enrollment import EnrollmentTokenRow, WaitingPage

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)
_TOKENS, _REQUESTS = "/enrolment-tokens", "/enrolment-requests"


class NewEnrollmentToken(Input):
    """What a token allows; without limits it enrolls any number of devices for ever."""

    label: Name
    expires_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    use_limit: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    needs_approval: bool = False


class Revocation(Input):
    """How much of a token is revoked."""

    with_agents: bool = False


class EnrollmentTokenList(msgspec.Struct, frozen=True):
    """All enrollment tokens."""

    tokens: list[EnrollmentTokenRow]


class CreatedToken(msgspec.Struct, frozen=True):
    """The token; no other answer holds it."""

    token_id: int
    token: str


class Revoked(msgspec.Struct, frozen=True):
    """How many agents were revoked."""

    agents_revoked: int


class RequestQuery(Input):
    """Which page of the devices that wait; *page* is `next_page` of the page before."""

    search: Text | None = None
    page: str | None = None
    limit: Annotated[int, WholeNumber(500)] = 100


@router.get(_TOKENS)
async def enrollment_tokens(_: AdminOrAuditor, services: Dashboard) -> EnrollmentTokenList:
    """List the enrollment tokens."""
    return EnrollmentTokenList(await services.enrollment_tokens.list())


@router.post(_TOKENS, status_code=201)
async def create_enrollment_token(
    admin: Admin, new: NewEnrollmentToken, services: Dashboard
) -> CreatedToken:
    """Create an enrollment token."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        created = await changes.create(
            new.label,
            expires_days=new.expires_days,
            use_limit=new.use_limit,
            needs_approval=new.needs_approval,
        )
    return CreatedToken(*created)


@router.post(_TOKENS + "/{token_id}/revoke")
async def revoke_enrollment_token(
    admin: Admin, token_id: Number, wanted: Revocation, services: Dashboard
) -> Revoked:
    """Revoke an enrollment token, and all its agents if wanted."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        return Revoked(await changes.revoke(token_id, with_agents=wanted.with_agents))


@router.post("/agents/{agent_id}/revoke", status_code=204)
async def revoke_agent(admin: Admin, agent_id: Number, services: Dashboard) -> None:
    """Revoke one agent; its next request is refused."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        await changes.revoke_agent(agent_id)


@router.post("/agents/{agent_id}/confirm", status_code=204)
async def confirm_agent(admin: Admin, agent_id: Number, services: Dashboard) -> None:
    """Confirm that an agent belongs to the user whose name it has."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        await changes.confirm_agent(agent_id)


@router.get(_REQUESTS)
async def enrollment_requests(
    user: AdminOrAuditor, query: Annotated[RequestQuery, Query()], services: Dashboard
) -> WaitingPage:
    """List the devices that wait for approval, oldest first."""
    tokens = services.enrollment_tokens
    return await tokens.waiting(user, query.search, query.page, query.limit)


@router.post(_REQUESTS + "/{agent_uuid}/approve", status_code=204)
async def approve_enrollment(admin: Admin, agent_uuid: UUID, services: Dashboard) -> None:
    """Let a waiting device in when it comes again."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        await changes.approve(agent_uuid)


@router.delete(_REQUESTS + "/{agent_uuid}", status_code=204)
async def reject_enrollment(admin: Admin, agent_uuid: UUID, services: Dashboard) -> None:
    """Remove a waiting device from the list."""
    async with services.enrollment_tokens.changes_by(admin) as changes:
        await changes.reject(agent_uuid)
