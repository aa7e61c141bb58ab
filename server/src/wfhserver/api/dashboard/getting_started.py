"""What a new server still needs."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from wfhserver.api.dashboard.rights import Admin
from wfhserver.api.dashboard.services import StartingSteps
from wfhserver.api.declared import DeclaredRoute
from wfhserver.inputs import Input
from wfhserver.models.checklist import Checklist, Step

router = APIRouter(prefix="/api/getting-started", tags=["dashboard"], route_class=DeclaredRoute)


class DismissedSteps(Input):
    """Steps of the checklist to hide, or to show again."""

    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=len(Step))]
    is_dismissed: bool


@router.get("")
async def getting_started(_: Admin, steps: StartingSteps) -> Checklist:
    """What this server still needs, step by step."""
    return await steps.state()


@router.patch("", status_code=204)
async def dismiss_steps(admin: Admin, given: DismissedSteps, steps: StartingSteps) -> None:
    """Hide steps of the checklist, or show them again; on record."""
    await steps.dismiss(admin, given.steps, dismissed=given.is_dismissed)
