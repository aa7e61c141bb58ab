"""Connections: bounded in number and in time, other protocols ignored, TLS as behind nginx."""

import asyncio
import json
import logging
import re
import resource
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
import uvicorn
from server.tests.test_heartbeat_protocol import ALIVE, TOKEN, Served, post, serving

from wfhserver import serving as tls
from wfhserver.api import connections
from wfhserver.testing import TestServer, heartbeat_body

OFFERS = (
    (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQ"),
    (b"Connection: upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: x"),
    (b"Connection: Upgrade", b"Upgrade: TLS/1.2"),
)


@pytest.fixture
def alice(memory_server: TestServer) -> TestServer:
    assert memory_server.memory is not None
    memory_server.memory.add_agent(TOKEN, username="alice", hostname="laptop-7")
    return memory_server


def served(server: TestServer, scenario: Callable[[Served], Any]) -> Any:
    async def main() -> Any:
        async with serving(server, "short") as served_app:
            return await scenario(served_app)

    return asyncio.run(main())


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("size", [1, 40, 10_000])
def test_an_offer_of_another_protocol_is_ignored(
    alice: TestServer, offer: tuple[bytes, ...], size: int
) -> None:
    numbers = iter(range(1, 100))

    def heartbeat_request() -> bytes:
        return post(json.dumps(heartbeat_body(seq=next(numbers))).encode(), *offer)

    async def scenario(server: Served) -> list[bytes]:
        line = await server.line()
        answers = []
        for request in (heartbeat_request(), heartbeat_request(), ALIVE):
            for start in range(0, len(request), size):
                line.writer.write(request[start : start + size])
                await line.writer.drain()
            answers.append(await line.answer())
        return answers

    first, second, alive = served(alice, scenario)

    assert b'"accepted":1' in first
    assert b'"accepted":1' in second
    assert b'"alive":true' in alive


def test_a_log_with_an_offer_keeps_its_body(alice: TestServer) -> None:
    async def scenario(server: Served) -> bytes:
        line = await server.line()
        body = b"--x--"
        line.writer.write(
            b"POST /api/log HTTP/1.1\r\nHost: server\r\nConnection: Upgrade, close\r\n"
            b"Upgrade: h2c\r\nAuthorization: Bearer %b\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"%x\r\n%b\r\n0\r\n\r\n" % (TOKEN.encode(), len(body), body)
        )
        answer = await line.answer()
        assert await line.reader.read() == b""
        return answer

    # The body came: only its part is missing.
    assert b"The part log is required." in served(alice, scenario)


def test_a_tunnel_is_refused_and_closed(alice: TestServer) -> None:
    async def scenario(server: Served) -> bytes:
        line = await server.line()
        line.writer.write(b"CONNECT evil:443 HTTP/1.1\r\nHost: evil\r\n\r\n")
        return await line.reader.read()

    answer = served(alice, scenario)

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"x-content-type-options: nosniff" in answer


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"POST /api/heart", b"HTTP/1.1 408"),
        (b"GET /healthz HTTP/1.1\r\nHost: server\r\n", b"HTTP/1.1 408"),
        (post()[:-3], b"HTTP/1.1 408"),
    ],
)
def test_a_connection_without_a_complete_request_is_closed_and_counted(
    alice: TestServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    sent: bytes,
    answer: bytes,
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0)
    monkeypatch.setattr(connections, "_SWEEP_SECONDS", 0.05)

    async def scenario(server: Served) -> tuple[bytes, bytes]:
        line = await server.line()
        line.writer.write(sent)
        with suppress(ConnectionError):
            answered = await line.reader.read()
        other = await server.line()
        other.writer.write(b"GET /metrics HTTP/1.1\r\nHost: server\r\n\r\n")
        return answered, await other.answer()

    with caplog.at_level(logging.WARNING):
        answered, metrics = served(alice, scenario)

    assert answered.startswith(answer)
    assert b'wfhserver_connections_closed_total{reason="slow_request"} 1.0' in metrics
    assert "Closed 1 connections that sent no whole request" in caplog.text


def test_a_request_that_is_worked_on_is_not_slow(
    alice: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept = asyncio.Event()
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0)
    monkeypatch.setattr(connections, "_SWEEP_SECONDS", 0.05)
    whole = connections.Connections._close_slow

    def close_slow(limits: connections.Connections, all_of_them: Any) -> None:
        whole(limits, all_of_them)
        swept.set()

    async def slow(*_: Any) -> Any:
        await swept.wait()
        raise RuntimeError

    monkeypatch.setattr(connections.Connections, "_close_slow", close_slow)
    monkeypatch.setattr("wfhserver.monitoring.readiness.Readiness.report", slow)

    async def scenario(server: Served) -> bytes:
        line = await server.line()
        line.writer.write(b"GET /readyz HTTP/1.1\r\nHost: server\r\n\r\n")
        return await line.answer()

    assert served(alice, scenario).startswith(b"HTTP/1.1 500")


def test_where_connections_are_too_many_idle_ones_make_room(
    alice: TestServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("wfhserver.app.connection_limit", lambda: 20)

    async def scenario(server: Served) -> tuple[int, list[bytes]]:
        state = server.server.server_state
        for number in range(60):
            await server.line()
            await server.until(lambda: len(state.connections) >= min(18, number + 1))  # noqa: B023
        line = await server.line()
        line.writer.write(ALIVE)
        answers = [await line.answer()]
        line.writer.write(b"GET /metrics HTTP/1.1\r\nHost: server\r\n\r\n")
        return len(state.connections), [*answers, await line.answer()]

    with caplog.at_level(logging.WARNING):
        count, (alive, metrics) = served(alice, scenario)

    assert count <= 20
    assert b'"alive":true' in alive
    closed = re.search(rb'closed_total\{reason="limit"\} (\d+)', metrics)
    assert closed is not None
    assert int(closed[1]) >= 40
    assert "the most that this worker takes" in caplog.text


def test_the_limit_leaves_room_for_files_and_the_database() -> None:
    program = (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard}));"
        "from wfhserver.api import connections as c; c.raise_descriptor_limit();"
        "print(r.getrlimit(r.RLIMIT_NOFILE)[0], c.connection_limit())"
    )
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)

    def after(soft: int, hard: int) -> list[int]:
        command = [sys.executable, "-c", program.format(soft=soft, hard=hard)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [int(each) for each in done.stdout.split()]

    assert after(256, hard) == [most, most - 128]
    assert after(1024, 1024) == [1024, 896]
    assert after(100, 100) == [100, 50]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    made = trustme.CA().issue_cert("localhost")
    made.cert_chain_pems[0].write_to_path(tmp_path / "chain.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    return tmp_path / "chain.pem", tmp_path / "key.pem"


def test_tls_is_that_of_nginx(certificate: tuple[Path, Path]) -> None:
    nginx = Path(__file__).parents[2] / "packaging" / "server" / "nginx.conf"
    ciphers = re.search(r"ssl_ciphers (\S+);", nginx.read_text(encoding="utf-8"))
    age = re.search(r'Strict-Transport-Security "([^"]+)"', nginx.read_text(encoding="utf-8"))
    config = uvicorn.Config(
        "nothing:app",
        ssl_certfile=certificate[0],
        ssl_keyfile=certificate[1],
        ssl_context_factory=tls.tls_context,
    )
    with suppress(SystemExit):  # There is no such application; TLS is set up before.
        config.load()
    context = config.ssl

    assert ciphers is not None
    assert age is not None
    assert (ciphers[1], age[1]) == (tls.TLS_CIPHERS, tls.STRICT_TRANSPORT[1])
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    older = {each["name"] for each in context.get_ciphers() if each["protocol"] == "TLSv1.2"}
    assert older == set(tls.TLS_CIPHERS.split(":"))


def test_a_handshake_that_does_not_come_is_given_up(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "_HANDSHAKE_SECONDS", 0.05)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        read = await reader.read()
        writer.close()
        server.close()
        return read

    with asyncio.Runner(loop_factory=tls.new_event_loop) as runner:
        assert runner.run(main()) == b""


def test_a_server_over_tls_says_so_to_browsers_and_outlives_idle_connections(
    server: TestServer, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "wfhserver", "serve", "--port", str(port)]
    command += ["--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])]
    environment = {
        "PATH": "/usr/bin:/bin",
        "WFHSERVER_DATABASE_URL": server.url or "",
        "WFHSERVER_DATA_DIRECTORY": str(tmp_path),
    }
    limits = (200, 200)
    starts = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, {limits});"
    starts += "os.execv(sys.argv[1], sys.argv[1:])"
    with subprocess.Popen([sys.executable, "-c", starts, *command], env=environment) as process:
        try:
            with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False) as client:
                _until_it_answers(client, process)
                idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
                answer = client.get("/api/nothing")
                for each in idle:
                    each.close()
        finally:
            process.terminate()

    assert answer.status_code == 404
    assert answer.headers["strict-transport-security"] == "max-age=63072000"


def _until_it_answers(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with suppress(httpx.TransportError):
            client.get("/healthz")
            return
    raise AssertionError("The server ended.")
