"""An enrollment token is exchanged for an agent's own."""

from fastapi import APIRouter

from wfhserver.api.agents.services import Agents
from wfhserver.api.agents.token import Token
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.devices.enrollment import EnrollmentAnswer
from wfhserver.errors import Code
from wfhserver.payload import EnrollmentRequest

router = APIRouter(prefix="/api/enroll", tags=["agents"], route_class=DeclaredRoute)


@router.post("", status_code=201)
@refuses(
    Code.ENROLLMENT_TOKEN_INVALID,
    Code.ENROLLMENT_TOKEN_EXPIRED,
    Code.ENROLLMENT_TOKEN_USED_UP,
    Code.APPROVAL_PENDING,
    Code.IDENTITY_CONFLICT,
    Code.DATABASE_UNAVAILABLE,
)
async def enroll(token: Token, device: EnrollmentRequest, services: Agents) -> EnrollmentAnswer:
    """Exchange the enrollment token that IT hands out for the agent's own token."""
    return await services.enrollment.enroll(token, device)
