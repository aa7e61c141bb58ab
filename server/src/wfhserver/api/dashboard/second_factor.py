"""The second factor of the signed-in user."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from pydantic import StringConstraints

from wfhserver.api.dashboard.rights import AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input

router = APIRouter(prefix="/api/second-factor", tags=["dashboard"], route_class=DeclaredRoute)

AnyCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class OneCode(Input):
    """A code of the app; to remove the second factor, a recovery code as well."""

    code: AnyCode


class FactorState(msgspec.Struct, frozen=True):
    """Whether a second factor is set up."""

    is_set_up: bool


class FactorSecret(msgspec.Struct, frozen=True):
    """A secret that is not in force yet."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """The secret is in force; no other answer holds these codes."""

    recovery_codes: list[str]


@router.get("")
async def second_factor(user: AnyUser, services: Dashboard) -> FactorState:
    """Whether a second factor is set up."""
    return FactorState(await services.second_factor.is_set_up(user))


@router.post("")
@refuses(Code.CONFLICT)
async def begin_second_factor(user: AnyUser, services: Dashboard) -> FactorSecret:
    """Create a secret for an authenticator app; its first code puts it in force."""
    return FactorSecret(*await services.second_factor.begin(user))


@router.post("/confirm")
@refuses(Code.TOO_MANY_LOGINS)
async def confirm_second_factor(
    user: AnyUser, given: OneCode, services: Dashboard
) -> RecoveryCodes:
    """Put the secret in force with its first code."""
    return RecoveryCodes(await services.second_factor.confirm(user, given.code))


@router.delete("", status_code=204)
@refuses(Code.TOO_MANY_LOGINS)
async def remove_second_factor(user: AnyUser, given: OneCode, services: Dashboard) -> None:
    """Remove the second factor, with a code of it or a recovery code."""
    await services.second_factor.remove(user, given.code)
