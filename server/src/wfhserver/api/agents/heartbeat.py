"""POST /api/heartbeat: plain ASGI, because every other layer costs more than the work itself."""

import msgspec
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wfhserver.api.body import bearer_token, read_body, require_json
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer, as_refusal, problem
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.payload import Heartbeat
from wfhserver.service.heartbeats import Heartbeats

HEARTBEAT_PATH = "/api/heartbeat"
BODY_LIMIT_BYTES = 4 * 1024 * 1024
ARRAY_LIMIT = 1000

_ONE = msgspec.json.Decoder(Heartbeat)
_MANY = msgspec.json.Decoder(list[Heartbeat])


class HeartbeatEndpoint:
    """An ASGI application of one route."""

    def __init__(self, heartbeats: Heartbeats, clock: Clock) -> None:
        self._heartbeats = heartbeats
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after the commit."""
        try:
            beats, is_array, token = await self._read(scope, receive)
            stored = await self._heartbeats.take(token, beats, is_array=is_array)
        except WfhserverError as error:
            response = problem(self._clock, as_refusal(error))
        else:
            counts = {"accepted": stored.accepted, "duplicates": stored.duplicates}
            response = answer(self._clock, 200, counts)
        await response(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive) -> tuple[list[Heartbeat], bool, str]:
        headers = Headers(scope=scope)
        token = bearer_token(headers)
        require_json(headers)
        body = await read_body(receive, headers, limit_bytes=BODY_LIMIT_BYTES)
        if not body.lstrip(b" \t\r\n").startswith(b"["):
            return [decode(_ONE, body)], False, token
        beats = decode(_MANY, body)
        if not beats:
            raise Refusal(Code.INVALID_FIELD, "The array must hold at least one heartbeat.")
        if len(beats) > ARRAY_LIMIT:
            raise Refusal(
                Code.BODY_TOO_LARGE, f"The array must hold at most {ARRAY_LIMIT} heartbeats."
            )
        return beats, True, token


class HeartbeatsFirst:
    """Hands heartbeats to their endpoint before the framework looks for a route."""

    def __init__(self, app: ASGIApp, endpoint: HeartbeatEndpoint) -> None:
        self._app = app
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint, or the app for everything else."""
        is_heartbeat = (
            scope["type"] == "http"
            and scope["path"] == HEARTBEAT_PATH
            and scope["method"] == "POST"
        )
        await (self._endpoint if is_heartbeat else self._app)(scope, receive, send)
