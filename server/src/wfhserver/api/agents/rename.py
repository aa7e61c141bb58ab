"""POST /api/rename."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token, read_body, require_json
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.devices.renaming import Renaming
from wfhserver.payload import RenameRequest

_BODY_LIMIT_BYTES = 4096
_DECODER = msgspec.json.Decoder(RenameRequest)


class RenameEndpoint:
    """Gives the device of a token another name."""

    def __init__(self, agent_auth: AgentAuth, renaming: Renaming, clock: Clock) -> None:
        self._agent_auth = agent_auth
        self._renaming = renaming
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Rename the device that asks; it stays the same agent."""
        token = bearer_token(request.headers)
        agent = await self._agent_auth.agent_of(token)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        wanted = decode(_DECODER, body)
        stored = await self._renaming.rename(agent, token, wanted.hostname)
        return answer(self._clock, 200, {"hostname": stored})
