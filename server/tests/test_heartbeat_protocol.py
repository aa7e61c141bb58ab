"""Heartbeats have two ways through the server, ASGI and a shorter one: both answer alike."""

import asyncio
import contextlib
import json
import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from wfhserver.api.agents.heartbeat import HeartbeatEndpoint
from wfhserver.api.agents.heartbeat_protocol import HeartbeatProtocol
from wfhserver.api.security_headers import RAW_SECURITY_HEADERS
from wfhserver.app import create_app
from wfhserver.ingest.group_commit import GroupCommit
from wfhserver.settings import Settings
from wfhserver.testing import NOW, TestServer, heartbeat_body

WAYS: dict[str, Any] = {"asgi": "httptools", "short": HeartbeatProtocol}
TOKEN = "wfha_of-alice"
ALIVE = b"GET /healthz HTTP/1.1\r\nHost: server\r\n\r\n"


class Line:
    """A connection on which a test says exactly what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self) -> bytes:
        """Return one whole answer."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        return re.sub(rb"date: [^\r]*", b"date: now", head) + body


class Served:
    """A server under test, and lines to it."""

    def __init__(self, server: uvicorn.Server, port: int) -> None:
        self.server = server
        self.port = port
        self._lines: list[Line] = []

    async def line(self) -> Line:
        ours = socket.socket()
        # What the system keeps of unread answers is little, so that a test can fill it.
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ours.setblocking(False)
        await asyncio.get_running_loop().sock_connect(ours, ("127.0.0.1", self.port))
        self._lines.append(Line(*await asyncio.open_connection(sock=ours)))
        return self._lines[-1]

    async def hang_up(self) -> None:
        for line in self._lines:
            line.writer.close()
            with contextlib.suppress(OSError):
                await line.writer.wait_closed()

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110 -- of the server, which tells nobody
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def serving(server: TestServer, way: str, **options: Any) -> AsyncIterator[Served]:
    app = create_app(Settings(**server.settings), clock=server.clock, storage=server.memory)
    config = uvicorn.Config(
        app,
        port=0,
        http=WAYS[way],
        log_config=None,
        **{"access_log": False, "server_header": False, "proxy_headers": False, **options},
    )
    uvicorn_server = uvicorn.Server(config)
    running = asyncio.create_task(uvicorn_server._serve())
    served = Served(uvicorn_server, 0)
    await served.until(lambda: uvicorn_server.started or running.done())
    served.port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        await served.hang_up()
        uvicorn_server.should_exit = True
        await running


def both(
    server: TestServer, scenario: Callable[[Served], Awaitable[Any]], **options: Any
) -> list[Any]:
    """Return what *scenario* returns on each way; heartbeats of alice are known."""
    memory = server.memory
    assert memory is not None
    memory.add_agent(TOKEN, username="alice", hostname="laptop-7")

    async def one(way: str) -> Any:
        # What one way has stored would be a duplicate on the other.
        memory.heartbeat_rows.clear()
        async with serving(server, way, **options) as served:
            return await scenario(served)

    return [asyncio.run(one(way)) for way in WAYS]


def post(
    body: bytes | None = None,
    *headers: bytes,
    first: bytes = b"POST /api/heartbeat HTTP/1.1",
    token: bytes = TOKEN.encode(),
    length: bytes | None = None,
) -> bytes:
    content = json.dumps(heartbeat_body()).encode() if body is None else body
    lines = [first, b"Host: server", b"Authorization: Bearer " + token, *headers]
    if length != b"":
        lines.append(b"Content-Length: %b" % (length or b"%d" % len(content)))
    return b"\r\n".join([*lines, b"", content])


CHUNKED = b"4\r\n" + b'{"us' + b"\r\n" + b"0\r\n\r\n"
REQUESTS = {
    "the least": post(),
    "an array": post(json.dumps([heartbeat_body(), heartbeat_body(status="idle")]).encode()),
    "facts": post(
        json.dumps(heartbeat_body(health={"queued": 1}, extra={"idle": {"s": 1}})).encode()
    ),
    "spaces before it": post(b"\n " + json.dumps(heartbeat_body()).encode()),
    "no token": post(token=b""),
    "an unknown token": post(token=b"wfha_unknown"),
    "another name": post(json.dumps(heartbeat_body(username="eve")).encode()),
    "no JSON": post(b"nonsense"),
    "nothing": post(b""),
    "an empty array": post(b"[]"),
    "NUL": post(json.dumps(heartbeat_body(status="\0")).encode()),
    "a wrong field": post(json.dumps([heartbeat_body(), heartbeat_body(seq=0)]).encode()),
    "facts too large": post(json.dumps(heartbeat_body(health={"x": "x" * 17000})).encode()),
    "a wrong type": post(None, b"Content-Type: text/plain"),
    "a type with more": post(None, b"content-type: Application/JSON; charset=utf-8"),
    "packed": post(None, b"Content-Encoding: gzip"),
    "a query": post(first=b"POST /api/heartbeat?x=1 HTTP/1.1"),
    "a whole address": post(first=b"POST http://server/api/heartbeat HTTP/1.1"),
    "an escaped path": post(first=b"POST /api/%68eartbeat HTTP/1.1"),
    "another path": post(first=b"POST /api/heartbeat/ HTTP/1.1"),
    "another method": post(first=b"PUT /api/heartbeat HTTP/1.1"),
    "HTTP/1.0": post(first=b"POST /api/heartbeat HTTP/1.0"),
    "HTTP/1.0, kept": post(None, b"Connection: keep-alive", first=b"POST /api/heartbeat HTTP/1.0"),
    "the last one": post(None, b"Connection: close"),
    "a large array": post(json.dumps([heartbeat_body(extra={"x": "x" * 1000})] * 100).encode()),
    "too many": post(json.dumps([heartbeat_body()] * 1001).encode()),
    "too large": post(b"", b"Connection: close", length=b"99999999"),
    "chunked": post(CHUNKED, b"Transfer-Encoding: chunked", length=b""),
    "both lengths": post(CHUNKED, b"Transfer-Encoding: chunked"),
    "two lengths": post(None, b"Content-Length: 1"),
    "a wrong length": post(length=b"-1"),
    "no HTTP": b"hello\r\n\r\n",
    "a malformed header": post(None, b"no colon"),
}


def parts_of(answer: bytes) -> tuple[bytes, set[bytes], bytes]:
    """Return the first line of an answer, its headers but for those of every answer, its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    common = {b"%b: %b" % each for each in RAW_SECURITY_HEADERS}
    return first, set(headers) - common, body


@pytest.mark.parametrize("name", REQUESTS)
def test_both_ways_answer_alike(memory_server: TestServer, name: str) -> None:
    async def scenario(served: Served) -> tuple[bytes, bool]:
        line = await served.line()
        line.writer.write(REQUESTS[name])
        answer = await line.answer()
        stays_open = b"connection: close" not in answer.lower()
        if stays_open:
            line.writer.write(post(token=b"wfha_unknown"))
            return answer, b"token_unknown" in await line.answer()
        return answer, await line.reader.read() == b""

    asgi, short = both(memory_server, scenario)

    # What is no HTTP is refused by the protocol itself, in our own order and with our headers.
    assert parts_of(asgi[0]) == parts_of(short[0])
    # Kept connections take another request; others are closed.
    assert asgi[1]
    assert short[1]


def test_the_short_way_is_taken_where_it_is_meant_to_be(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    whole = HeartbeatEndpoint.begin
    monkeypatch.setattr(
        HeartbeatEndpoint, "begin", lambda *given: [calls.append(given), whole(*given)][1]
    )

    async def scenario(served: Served) -> int:
        before = len(calls)
        for name in ("the least", "a query"):
            line = await served.line()
            line.writer.write(REQUESTS[name])
            await line.answer()
        return len(calls) - before

    assert both(memory_server, scenario) == [0, 1]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_request_may_come_in_pieces(memory_server: TestServer, size: int) -> None:
    async def scenario(served: Served) -> bytes:
        line = await served.line()
        request = post()
        for start in range(0, len(request), size):
            line.writer.write(request[start : start + size])
            await line.writer.drain()
            await asyncio.sleep(0)
        return await line.answer()

    asgi, short = both(memory_server, scenario)

    assert asgi == short
    assert b'"accepted":1' in short


def test_requests_of_one_connection_are_answered_in_their_order(memory_server: TestServer) -> None:
    three = [
        post(json.dumps(heartbeat_body(seq=1)).encode()),
        b"GET /healthz HTTP/1.1\r\nHost: server\r\n\r\n",
        post(json.dumps([heartbeat_body(seq=1), heartbeat_body(seq=2)]).encode()),
        post(token=b"wfha_unknown"),
    ]

    async def scenario(served: Served) -> list[bytes]:
        line = await served.line()
        line.writer.write(b"".join(three))
        return [await line.answer() for _ in three]

    asgi, short = both(memory_server, scenario)

    assert [answer[:12] for answer in short] == [b"HTTP/1.1 200"] * 3 + [b"HTTP/1.1 401"]
    assert b'"duplicates":1' in asgi[2]
    # The agents' seq is known from the first way by now.
    assert b'"duplicates":2' in short[2]


def test_who_waits_for_100_continue_gets_it(memory_server: TestServer) -> None:
    async def scenario(served: Served) -> list[bytes]:
        line = await served.line()
        head, body = post(None, b"Expect: 100-continue").split(b"\r\n\r\n")
        line.writer.write(head + b"\r\n\r\n")
        go_on = await line.answer()
        line.writer.write(body)
        return [go_on, await line.answer()]

    asgi, short = both(memory_server, scenario)

    assert asgi == short
    assert short[0] == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_client_that_hangs_up_disturbs_nobody(memory_server: TestServer) -> None:
    async def scenario(served: Served) -> bytes:
        for sent in (post()[:-5], post()[:40], post(), post() + post() + post()):
            line = await served.line()
            line.writer.write(sent)
            await line.writer.drain()
            line.writer.transport.abort()
        await served.until(lambda: not served.server.server_state.connections)
        line = await served.line()
        line.writer.write(post())
        return await line.answer()

    asgi, short = both(memory_server, scenario)

    assert asgi == short


def test_a_connection_that_says_nothing_more_is_closed(memory_server: TestServer) -> None:
    async def scenario(served: Served) -> bytes:
        line = await served.line()
        line.writer.write(post())
        await line.answer()
        return await line.reader.read()

    assert both(memory_server, scenario, timeout_keep_alive=0) == [b"", b""]


def post_of(second: int) -> bytes:
    moment = NOW + timedelta(seconds=second)
    return post(json.dumps(heartbeat_body(timestamp=moment.isoformat())).encode())


def test_a_client_that_reads_no_answers_gets_no_more_of_them(memory_server: TestServer) -> None:
    async def scenario(served: Served) -> list[bytes]:
        line = await served.line()
        state = served.server.server_state
        await served.until(lambda: bool(state.connections))
        (connection,) = state.connections
        line.writer.transport.pause_reading()
        theirs = connection.transport.get_extra_info("socket")
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        connection.transport.set_write_buffer_limits(high=1000)
        sent = 0
        while not connection.flow.write_paused:
            line.writer.write(post_of(sent))
            sent += 1
            await served.until(
                lambda: state.total_requests == sent or connection.flow.write_paused  # noqa: B023
            )
        line.writer.write(post_of(sent))
        await served.until(lambda: not connection.cycle.response_complete)
        line.writer.transport.resume_reading()
        return [await line.answer() for _ in range(sent + 1)]

    for answers in both(memory_server, scenario):
        assert all(b'"accepted":1' in answer for answer in answers)


def test_a_client_that_sends_requests_without_waiting_is_cut_off(memory_server: TestServer) -> None:
    assert memory_server.memory is not None
    memory_server.memory.add_agent(TOKEN, username="alice", hostname="laptop-7")

    async def main() -> int:
        async with serving(memory_server, "short") as served:
            line = await served.line()
            with contextlib.suppress(ConnectionError):
                while True:
                    line.writer.write(post() * 100)
                    await line.writer.drain()
            return served.server.server_state.total_requests

    assert asyncio.run(main()) < 100


def test_the_end_of_the_server_waits_for_the_answer(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[asyncio.Event] = []
    whole = GroupCommit._write

    async def slow(queue: GroupCommit, *given: Any, **named: Any) -> Any:
        waiting.append(asyncio.Event())
        await waiting[0].wait()
        return await whole(queue, *given, **named)

    monkeypatch.setattr(GroupCommit, "_write", slow)

    async def scenario(served: Served) -> list[bytes]:
        waiting.clear()
        idle, line = await served.line(), await served.line()
        idle.writer.write(ALIVE)
        await idle.answer()
        line.writer.write(post())
        await served.until(lambda: bool(waiting))
        served.server.should_exit = True
        ended = await idle.reader.read()
        waiting[0].set()
        head, _, body = (await line.answer()).partition(b"\r\n\r\n")
        return [ended, *sorted(head.split(b"\r\n")), body, await line.reader.read()]

    asgi, short = both(memory_server, scenario)

    assert asgi == short
    assert b"connection: close" in short
    assert b'"accepted":1' in short[-2]
    assert (short[0], short[-1]) == (b"", b"")


@pytest.mark.parametrize("sent_before", [0, 1])
def test_who_asks_in_the_moment_of_the_end_is_answered(
    memory_server: TestServer, sent_before: int
) -> None:
    async def main() -> list[bytes]:
        async with serving(memory_server, "short") as served:
            line = await served.line()
            await served.until(lambda: bool(served.server.server_state.connections))
            for _ in range(sent_before):
                line.writer.write(ALIVE)
                await line.answer()
            served.server.should_exit = True
            await served.until(lambda: not served.server.servers[0].is_serving())
            line.writer.write(ALIVE)
            return [await line.answer(), await line.reader.read()]

    answer, rest = asyncio.run(main())

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"connection: close" in answer
    assert rest == b""


def test_a_server_that_is_ending_closes_with_its_answer(memory_server: TestServer) -> None:
    async def scenario(served: Served) -> list[bytes]:
        line = await served.line()
        line.writer.write(post())
        return [await line.answer(), await line.reader.read()]

    # What `shutdown` does to the headers of all answers.
    asgi, short = both(memory_server, scenario, headers=[("connection", "close")])

    assert asgi == short
    assert short[0].count(b"connection: close") == 1
    assert short[1] == b""


def test_requests_are_counted_and_logged_alike(
    memory_server: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "uvicorn.access")

    async def scenario(served: Served) -> tuple[int, list[str]]:
        caplog.clear()
        line = await served.line()
        for token in (TOKEN.encode(), b"wfha_unknown"):
            line.writer.write(post(token=token))
            await line.answer()
        lines = [each.getMessage() for each in caplog.records if each.name == "uvicorn.access"]
        port = line.writer.get_extra_info("sockname")[1]
        return served.server.server_state.total_requests, [
            each.replace(f"{port}", "port") for each in lines
        ]

    asgi, short = both(memory_server, scenario, access_log=True)

    assert asgi == short
    entry = '127.0.0.1:port - "POST /api/heartbeat HTTP/1.1"'
    assert short == (2, [f"{entry} 200", f"{entry} 401"])


def test_a_mistake_of_the_server_is_answered_and_ends_nothing(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = GroupCommit._write
    broken = []

    async def once(queue: GroupCommit, *given: Any, **named: Any) -> Any:
        if not broken:
            broken.append(1)
            raise ZeroDivisionError("secret of the inside")
        return await whole(queue, *given, **named)

    monkeypatch.setattr(GroupCommit, "_write", once)

    async def scenario(served: Served) -> list[bytes]:
        broken.clear()
        line = await served.line()
        answers = []
        for _ in range(2):
            line.writer.write(post())
            answers.append(await line.answer())
        return answers

    asgi, short = both(memory_server, scenario)

    assert asgi == short
    assert [answer[:12] for answer in short] == [b"HTTP/1.1 500", b"HTTP/1.1 200"]
    assert b"secret" not in short[0]
    assert "secret of the inside" in caplog.text


@pytest.mark.parametrize(
    "options", [{"proxy_headers": True}, {"root_path": "/x"}, {"limit_concurrency": 100}]
)
def test_settings_that_want_every_request_get_it(
    memory_server: TestServer, options: dict[str, Any]
) -> None:
    async def scenario(served: Served) -> bytes:
        line = await served.line()
        line.writer.write(post())
        return await line.answer()

    asgi, short = both(memory_server, scenario, **options)

    assert asgi == short
