"""What the server sees of an agent."""

from fastapi import APIRouter
from starlette.requests import Request

from wfhserver.api.agents.services import Agents
from wfhserver.api.agents.token import CallingAgent
from wfhserver.api.declared import DeclaredRoute
from wfhserver.geoip.lookup import CallerLocation, caller_address, locate

router = APIRouter(prefix="/api/whereami", tags=["agents"], route_class=DeclaredRoute)


@router.get("")
async def whereami(_: CallingAgent, request: Request, services: Agents) -> CallerLocation:
    """The caller's public address and approximate place, as the server sees them."""
    peer = None if request.client is None else request.client.host
    forwarded = request.headers.getlist("x-forwarded-for")
    address = caller_address(peer, forwarded, services.trusted_proxies)
    return locate(address, services.geoip)
