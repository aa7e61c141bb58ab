"""POST /api/heartbeat: plain ASGI, because every other layer costs more than the work itself.

`HeartbeatProtocol` asks the same endpoint without ASGI, where a request is simple.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType
from starlette.types import Receive, Scope, Send

from wfhserver.api.body import Headers, bearer_token, read_body, require_json
from wfhserver.api.decode import decode
from wfhserver.api.known_query import check_query
from wfhserver.api.problem import as_refusal, problem
from wfhserver.api.security_headers import RAW_SECURITY_HEADERS
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.ingest.decide import Accepted
from wfhserver.ingest.group_commit import Answer
from wfhserver.payload import Heartbeat
from wfhserver.presence.heartbeats import Heartbeats

log = logging.getLogger(__name__)

HEARTBEAT_PATH = "/api/heartbeat"
BODY_LIMIT_BYTES = 4 * 1024 * 1024
ARRAY_LIMIT = 1000

_ONE = msgspec.json.Decoder(Heartbeat)
_MANY = msgspec.json.Decoder(list[Heartbeat])
_ANSWER = msgspec.json.Encoder()
_JSON = (b"content-type", b"application/json")
# What the endpoint reads; the other headers are not even decoded.
_READ_HEADERS = {
    name.encode(): name
    for name in ("authorization", "content-type", "content-encoding", "content-length")
}

RawHeaders = list[tuple[bytes, bytes]]


class StoredHeartbeats(msgspec.Struct, frozen=True):
    """The answer to what is committed; *slots_taken* and *retention_days* if a day was asked for.

    *calendar* is the revision of a calendar that the agent does not use yet.
    """

    accepted: int
    duplicates: int
    server_time: datetime
    slots_taken: list[int] | UnsetType = UNSET
    retention_days: int | UnsetType = UNSET
    calendar: int | UnsetType = UNSET


class Reply:
    """A whole answer. *wire* is for a server that wants to put it into bytes once.

    It holds the headers that are not the endpoint's, and all bytes with them.
    """

    __slots__ = ("body", "headers", "status", "wire")

    def __init__(self, status: int, headers: RawHeaders, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.wire: tuple[object, bytes] = (None, b"")


class HeartbeatEndpoint:
    """An ASGI application of one route."""

    def __init__(self, heartbeats: Heartbeats, clock: Clock) -> None:
        self._heartbeats = heartbeats
        self._clock = clock
        self._last: tuple[Accepted | None, Reply] = (None, Reply(500, [], b""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after the commit."""
        try:
            check_query(scope["query_string"], ())
            headers = headers_of(scope["headers"])
            token = _token_of(headers)
            body = await read_body(receive, headers, limit_bytes=BODY_LIMIT_BYTES)
            heartbeats, is_array = _heartbeats_in(body)
            reply = self.reply_to(await self._heartbeats.take(token, heartbeats, is_array=is_array))
        except Exception as error:  # noqa: BLE001 -- the border of a request
            reply = self.reply_to(error)
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": reply.body})

    def begin(self, headers: Headers, body: bytes, answer: Answer) -> None:
        """Take a request that is all here; *answer* is called once, after the commit.

        Raises what `reply_to` answers when the request is not taken.
        """
        token = _token_of(headers)
        heartbeats, is_array = _heartbeats_in(body)
        self._heartbeats.begin(token, heartbeats, answer, is_array=is_array)

    def reply_to(self, outcome: Accepted | Exception) -> Reply:
        """Return the answer; the same one for all that share an outcome of their batch."""
        if isinstance(outcome, Accepted):
            if self._last[0] is not outcome:
                self._last = (outcome, self._stored(outcome))
            return self._last[1]
        if not isinstance(outcome, WfhserverError):
            log.error("A heartbeat failed", exc_info=outcome)
        refused = problem(self._clock, as_refusal(outcome))
        headers = [*refused.raw_headers, *RAW_SECURITY_HEADERS]
        return Reply(refused.status_code, headers, bytes(refused.body))

    def _stored(self, outcome: Accepted) -> Reply:
        stored = StoredHeartbeats(outcome.accepted, outcome.duplicates, self._clock.now())
        if outcome.day is not None:
            stored = msgspec.structs.replace(stored, **msgspec.structs.asdict(outcome.day))
        if outcome.calendar is not None:
            stored = msgspec.structs.replace(stored, calendar=outcome.calendar)
        body = _ANSWER.encode(stored)
        length = (b"content-length", b"%d" % len(body))
        return Reply(200, [length, _JSON, *RAW_SECURITY_HEADERS], body)


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers that the endpoint reads."""
    # One pass; starlette's Headers go through all of them for each one that is read.
    return {
        _READ_HEADERS[name]: value.decode("latin-1") for name, value in raw if name in _READ_HEADERS
    }


def _token_of(headers: Headers) -> str:
    token = bearer_token(headers)
    require_json(headers)
    return token


def _heartbeats_in(body: bytes) -> tuple[list[Heartbeat], bool]:
    # The first byte nearly always decides it, and then nothing is copied.
    if body[:1] == b"{" or not body.lstrip(b" \t\r\n").startswith(b"["):
        return [decode(_ONE, body)], False
    heartbeats = decode(_MANY, body)
    if not heartbeats:
        raise Refusal(Code.INVALID_FIELD, "The array must hold at least one heartbeat.")
    if len(heartbeats) > ARRAY_LIMIT:
        raise Refusal(Code.BODY_TOO_LARGE, f"The array must hold at most {ARRAY_LIMIT} heartbeats.")
    return heartbeats, True


def is_heartbeat(scope: Scope) -> bool:
    """Tell whether a request is for this endpoint."""
    found: bool = (
        scope["type"] == "http" and scope["path"] == HEARTBEAT_PATH and scope["method"] == "POST"
    )
    return found
