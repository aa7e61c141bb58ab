"""Heartbeats on uvicorn's own HTTP protocol, without ASGI where a request is simple.

ASGI gives each request a task, a scope and four messages, which cost more than all of a
heartbeat's own work. This protocol reads HTTP with uvicorn's parser and leaves everything to
uvicorn, but for one kind of request: a whole POST /api/heartbeat of a known, small length. That
one is handed to the endpoint as it is, and answered by the group commit. To uvicorn it looks like
one of its requests in progress, so that pipelining and the keep-alive timeout are uvicorn's.

At the end of the server no connection is closed under a request: uvicorn closes one that is not in
use at once, where a proxy may just have sent something.
"""

import asyncio
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from wfhserver.api.agents.heartbeat import (
    HEARTBEAT_PATH,
    HeartbeatEndpoint,
    Reply,
    headers_of,
)
from wfhserver.api.connections import Connections
from wfhserver.api.security_headers import RAW_SECURITY_HEADERS
from wfhserver.ingest.decide import Accepted

_URL = HEARTBEAT_PATH.encode()
# A request with one of these is more than a heartbeat, or gives its length in another way.
_UNUSUAL = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
# What offers it: curl and Java ask so for HTTP/2.
_OFFER = frozenset({b"connection", b"upgrade", b"http2-settings"})
# No client of today asks again before it has its answer, and uvicorn would keep them all.
_PIPELINE_LIMIT = 100
# Among the server's own headers while it ends.
_CLOSE = (b"connection", b"close")
_PLAIN = b"".join(
    b"%b: %b\r\n" % each
    for each in [
        *RAW_SECURITY_HEADERS,
        (b"content-type", b"text/plain; charset=utf-8"),
        _CLOSE,
    ]
)


class _NoEvent:
    """Takes the place of the event on which uvicorn's task would wait for more of the body."""

    def set(self) -> None:
        """Wake nobody."""


class HeartbeatRequest:
    """A heartbeat in progress, with the members that uvicorn reads in its own requests."""

    __slots__ = (
        "_protocol",
        "body",
        "disconnected",
        "headers",
        "keep_alive",
        "response_complete",
    )
    message_event = _NoEvent()

    def __init__(
        self, protocol: "HeartbeatProtocol", headers: dict[bytes, bytes], *, keep_alive: bool
    ) -> None:
        self._protocol = protocol
        self.headers = headers
        self.keep_alive = keep_alive
        self.body = b""
        self.disconnected = False
        self.response_complete = False

    def answer(self, outcome: Accepted | Exception) -> None:
        """Send the answer to what became of it."""
        self._protocol.answer(self, outcome)


class HeartbeatProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a short way for heartbeats; for its setting `http`."""

    # How long a request may still come when the server ends: a client may have sent it already.
    last_request_seconds: ClassVar = 1.0
    cycle: Any  # Of uvicorn's own, or a HeartbeatRequest.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another application, or one behind a middleware, goes uvicorn's way.
        endpoint: HeartbeatEndpoint | None = getattr(self.app, "heartbeat", None)
        # So does one that is mounted somewhere, or wants its requests counted.
        is_plain = not self.root_path and self.limit_concurrency is None
        self._endpoint = endpoint if is_plain else None
        self._limits: Connections | None = getattr(self.app, "connections", None)
        self.request_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection; one that comes in the moment of the server's end ends as well."""
        super().connection_made(transport)
        self.request_since = self.loop.time()
        if self._limits is not None:
            self._limits.add(self, self.connections)
        if _CLOSE in self.server_state.default_headers:
            self.shutdown()

    def data_received(self, data: bytes) -> None:
        """Take in what has come, as uvicorn does; another protocol that is offered is ignored."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._read_again(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _read_again(self, rest: bytes) -> None:
        """Read a request without its offer to speak another protocol (RFC 9110, 7.8).

        The parser took it for the end of HTTP, and what followed for no body.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("This is no proxy.")
            return
        lines = [b"%b: %b\r\n" % each for each in self.headers if each[0] not in _OFFER]
        if not self.parser.should_keep_alive():
            lines.append(b"connection: close\r\n")
        version = self.parser.get_http_version().encode()
        head = b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(head + rest)

    def on_message_begin(self) -> None:
        """Begin a request, without the scope that a heartbeat does not need."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self.request_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Decide which way a request goes."""
        if self.parser.should_upgrade():
            return
        if self.url == _URL and self._endpoint is not None:
            headers = dict(self.headers)
            if self._is_simple(headers):
                keep_alive = self.parser.should_keep_alive()
                self.cycle = HeartbeatRequest(self, headers, keep_alive=keep_alive)
                return
        self.request_since = None
        url, headers_list, expected = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expected
        self.headers.extend(headers_list)
        super().on_headers_complete()
        if len(self.pipeline) > _PIPELINE_LIMIT:
            self.transport.abort()

    @property
    def is_idle(self) -> bool:
        """Whether no request is worked on; one whose body has not come is not."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        return isinstance(self.cycle, HeartbeatRequest) and self.request_since is not None

    def give_up(self) -> None:
        """Close; a client that has sent part of a request gets the reason."""
        if self.request_since is not None and self.headers is not None:
            self._refuse(408, "The request took too long to arrive.")
        else:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, with the headers of every answer."""
        self._refuse(400, msg)

    def _refuse(self, status: int, text: str) -> None:
        defaults = [b"%b: %b\r\n" % each for each in self.server_state.default_headers]
        length = b"content-length: %d\r\n\r\n" % len(text)
        head = b"".join((STATUS_LINE[status], *defaults, _PLAIN, length))
        self.transport.write(head + text.encode("ascii"))
        self.transport.close()

    def shutdown(self) -> None:
        """Close with the next answer, which says so; without a request after a while."""
        state = self.server_state
        if _CLOSE not in state.default_headers:
            state.default_headers = [*state.default_headers, _CLOSE]
        self.loop.call_later(self.last_request_seconds, super().shutdown)

    def _is_simple(self, headers: dict[bytes, bytes]) -> bool:
        length = headers.get(b"content-length", b"")
        return (
            # Requests of one connection are answered in order, and only as fast as it reads.
            (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and self.parser.get_method() == b"POST"
            and self.parser.get_http_version() == "1.1"
            and _UNUSUAL.isdisjoint(headers)
            # A larger body would be paused, and nothing here would read the rest.
            and length.isdigit()
            and int(length) <= HIGH_WATER_LIMIT
        )

    def on_body(self, body: bytes) -> None:
        """Keep what has come of a body."""
        request = self.cycle
        if isinstance(request, HeartbeatRequest):
            request.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Hand over a heartbeat that is whole."""
        if self.parser.should_upgrade():
            return
        request = self.cycle
        if not isinstance(request, HeartbeatRequest) or self._endpoint is None:
            super().on_message_complete()
            return
        self.request_since = None
        try:
            self._endpoint.begin(headers_of(request.headers.items()), request.body, request.answer)
        except Exception as error:  # noqa: BLE001 -- the border of a request
            request.answer(error)

    def answer(self, request: HeartbeatRequest, outcome: Accepted | Exception) -> None:
        """Send the answer to a request, and go on to the next."""
        request.response_complete = True
        if self._endpoint is None or self.transport.is_closing():
            return
        reply = self._endpoint.reply_to(outcome)
        if self.access_log:
            self._log_access(reply.status)
        # The server's own headers are another list when they have changed: once a second.
        defaults, rendered = reply.wire
        if defaults is not self.server_state.default_headers:
            rendered = self._rendered(reply)
            reply.wire = (self.server_state.default_headers, rendered)
        is_last = _CLOSE in self.server_state.default_headers
        if not request.keep_alive and not is_last:
            rendered = rendered.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)
            is_last = True
        self.transport.write(rendered)
        if is_last:
            self.transport.close()
        self.on_response_complete()

    def _rendered(self, reply: Reply) -> bytes:
        headers = [*self.server_state.default_headers, *reply.headers]
        lines = [b"%b: %b\r\n" % header for header in headers]
        return b"".join((STATUS_LINE[reply.status], *lines, b"\r\n", reply.body))

    def _log_access(self, status: int) -> None:
        client = "" if self.client is None else f"{self.client[0]}:{self.client[1]}"
        self.access_logger.info(
            '%s - "%s %s HTTP/%s" %d', client, "POST", HEARTBEAT_PATH, "1.1", status
        )
