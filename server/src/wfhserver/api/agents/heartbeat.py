"""POST /api/heartbeat: plain ASGI, because every other layer costs more than the work itself."""

import logging
from datetime import datetime

import msgspec
from starlette.types import Receive, Scope, Send

from wfhserver.api.body import Headers, bearer_token, read_body, require_json
from wfhserver.api.decode import decode
from wfhserver.api.problem import as_refusal, problem
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.payload import Heartbeat
from wfhserver.service.heartbeats import Heartbeats

log = logging.getLogger(__name__)

HEARTBEAT_PATH = "/api/heartbeat"
BODY_LIMIT_BYTES = 4 * 1024 * 1024
ARRAY_LIMIT = 1000

_ONE = msgspec.json.Decoder(Heartbeat)
_MANY = msgspec.json.Decoder(list[Heartbeat])
_ANSWER = msgspec.json.Encoder()
_JSON = (b"content-type", b"application/json")


class Stored(msgspec.Struct, frozen=True):
    """The answer to what is committed."""

    accepted: int
    duplicates: int
    server_time: datetime


class HeartbeatEndpoint:
    """An ASGI application of one route."""

    def __init__(self, heartbeats: Heartbeats, clock: Clock) -> None:
        self._heartbeats = heartbeats
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after the commit."""
        try:
            beats, is_array, token = await self._read(_headers_of(scope), receive)
            stored = await self._heartbeats.take(token, beats, is_array=is_array)
        except Exception as error:
            # The border of a request: the framework, which has one for the others, is not asked.
            if not isinstance(error, WfhserverError):
                log.exception("A heartbeat failed")
            await problem(self._clock, as_refusal(error))(scope, receive, send)
            return
        body = _ANSWER.encode(Stored(stored.accepted, stored.duplicates, self._clock.now()))
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length, _JSON]})
        await send({"type": "http.response.body", "body": body})

    async def _read(self, headers: Headers, receive: Receive) -> tuple[list[Heartbeat], bool, str]:
        token = bearer_token(headers)
        require_json(headers)
        body = await read_body(receive, headers, limit_bytes=BODY_LIMIT_BYTES)
        # Nearly always the first byte says it, and nothing is copied.
        if not (body[:1] == b"[" or body.lstrip(b" \t\r\n").startswith(b"[")):
            return [decode(_ONE, body)], False, token
        beats = decode(_MANY, body)
        if not beats:
            raise Refusal(Code.INVALID_FIELD, "The array must hold at least one heartbeat.")
        if len(beats) > ARRAY_LIMIT:
            raise Refusal(
                Code.BODY_TOO_LARGE, f"The array must hold at most {ARRAY_LIMIT} heartbeats."
            )
        return beats, True, token


def _headers_of(scope: Scope) -> Headers:
    # One pass; starlette's Headers go through all of them for each that is asked for.
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def is_heartbeat(scope: Scope) -> bool:
    """Tell whether a request is for this endpoint."""
    found: bool = (
        scope["type"] == "http" and scope["path"] == HEARTBEAT_PATH and scope["method"] == "POST"
    )
    return found
