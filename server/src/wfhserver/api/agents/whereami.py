"""GET /api/whereami."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.geoip.whereabouts import GeoIp, caller_address, whereabouts
from wfhserver.settings import Proxy


class WhereAmIEndpoint:
    """Tells an agent what the server sees of it."""

    def __init__(
        self, agent_auth: AgentAuth, geoip: GeoIp, trusted: Sequence[Proxy], clock: Clock
    ) -> None:
        self._agent_auth = agent_auth
        self._geoip = geoip
        self._trusted = trusted
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Tell the caller's public address and approximate place, as the server sees them."""
        await self._agent_auth.agent_of(bearer_token(request.headers))
        peer = None if request.client is None else request.client.host
        address = caller_address(peer, request.headers.getlist("x-forwarded-for"), self._trusted)
        found = whereabouts(address, self._geoip)
        return answer(self._clock, 200, msgspec.structs.asdict(found))
