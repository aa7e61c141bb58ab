"""Versions, systems and settings of all devices, and which settings were agreed on."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name
from wfhserver.models.fleet import Fleet

router = APIRouter(prefix="/api/fleet", tags=["dashboard"], route_class=DeclaredRoute)
_AGREED = "/settings/{fingerprint}"

Fingerprint = Annotated[
    str,
    Field(pattern="^[0-9a-f]{64}$", description="What `wfhagent settings --hash` prints"),
]


class AgreedSettings(Input):
    """What the settings are called, such as the works agreement that they are part of."""

    label: Name


@router.get("")
async def fleet(_: AdminOrAuditor, services: Dashboard) -> Fleet:
    """Count the devices by version, operating system and settings."""
    return await services.fleet.summary()


@router.put(_AGREED, status_code=204)
async def agree_settings(
    admin: Admin, fingerprint: Fingerprint, agreed: AgreedSettings, services: Dashboard
) -> None:
    """Mark settings as agreed on; a new label replaces the one before."""
    await services.fleet.agree(admin, fingerprint, agreed.label)


@router.delete(_AGREED, status_code=204)
@refuses(Code.NOT_FOUND)
async def withdraw_settings(admin: Admin, fingerprint: Fingerprint, services: Dashboard) -> None:
    """Remove the mark of settings that are no longer agreed on."""
    await services.fleet.withdraw(admin, fingerprint)
