"""The device of a token gets another name."""

import msgspec
from fastapi import APIRouter

from wfhserver.api.agents.services import Agents
from wfhserver.api.agents.token import CallingAgent, Token
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.payload import RenameRequest

router = APIRouter(prefix="/api/rename", tags=["agents"], route_class=DeclaredRoute)


class Hostname(msgspec.Struct, frozen=True):
    """The name as it is stored."""

    hostname: str


@router.post("")
@refuses(Code.IDENTITY_CONFLICT)
async def rename(
    agent: CallingAgent, token: Token, wanted: RenameRequest, services: Agents
) -> Hostname:
    """Give the device that asks another name; it stays the same agent."""
    return Hostname(await services.renaming.rename(agent, token, wanted.hostname))
