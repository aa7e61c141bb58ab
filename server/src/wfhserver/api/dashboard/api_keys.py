"""API keys: with one, a program acts for the user who made it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from pydantic import Field

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute
from wfhserver.inputs import Input, Name, Number
from wfhserver.models.users import ApiKey, Scope

router = APIRouter(prefix="/api/keys", tags=["dashboard"], route_class=DeclaredRoute)


class NewKey(Input):
    """What a program may do, and for how long."""

    label: Name
    scope: Scope
    expires_days: Annotated[int, Field(ge=1, le=3650)] = 365


class KeyList(msgspec.Struct, frozen=True):
    """All API keys."""

    keys: list[ApiKey]


class CreatedKey(msgspec.Struct, frozen=True):
    """The key; no other answer holds it."""

    key_id: int
    key: str


@router.get("")
async def keys(_: AdminOrAuditor, services: Dashboard) -> KeyList:
    """List the API keys."""
    return KeyList(await services.api_keys.list())


@router.post("", status_code=201)
async def create_key(admin: Admin, new: NewKey, services: Dashboard) -> CreatedKey:
    """Create an API key with which a program acts for you."""
    async with services.api_keys.changes_by(admin) as changes:
        return CreatedKey(*await changes.create(new.label, new.scope, days=new.expires_days))


@router.delete("/{key_id}", status_code=204)
async def revoke_key(admin: Admin, key_id: Number, services: Dashboard) -> None:
    """Revoke an API key."""
    async with services.api_keys.changes_by(admin) as changes:
        await changes.revoke(key_id)
