"""Uploads that go wrong: no partial file, and no row without its file, whenever the worker dies."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from wfhserver.app import create_app
from wfhserver.logs import detailed_logs as logs
from wfhserver.retention.run import RetentionResult
from wfhserver.screenshots.folder import FolderStore
from wfhserver.settings import Settings
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

IMAGE = screenshot_bytes(size=(640, 400))
# Sends alice's log to a server in the same process, which kills itself at a moment of the way.
WORKER = """
import os, signal, sys
from pathlib import Path
from wfhserver.screenshots.folder import FolderStore
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import TestServer, StillClock, log_request, screenshot_bytes

def die():
    os.kill(os.getpid(), signal.SIGKILL)

moment, folder, url, token = sys.argv[1:]
sync, add_log, left = os.fsync, PostgresStorage.add_log, int(moment) if moment.isdigit() else -1

def fsync(descriptor):
    global left
    left -= 1
    if left == 0:
        die()
    sync(descriptor)

async def put(*_):
    die()

async def add_and_die(*arguments):
    await add_log(*arguments)
    die()

os.fsync = fsync
if moment == "put":
    FolderStore.put = put
if moment == "row":
    PostgresStorage.add_log = add_and_die
request = log_request(token, screenshot_bytes(size=(640, 400)))
TestServer(Path(folder), StillClock(), url).request("POST", "/api/log", **request)
"""


def uploaded_by_a_worker_that_dies(server: TestServer, token: str, moment: str) -> int:
    """Return how its process ended."""
    folder = server.settings["data_directory"]
    command = [sys.executable, "-c", WORKER, moment, str(folder), server.url or "", token]
    return subprocess.run(command, check=False, timeout=60).returncode


@pytest.mark.parametrize(
    ("moment", "files", "rows"),
    [
        ("put", 0, 0),  # All is read, nothing is written.
        ("1", 1, 0),  # The screenshot is written under its temporary name.
        ("2", 1, 0),  # It has its own name.
        ("3", 1, 0),  # Its name is on the disk.
        ("row", 1, 1),  # The row is committed, and no answer was sent.
    ],
)
def test_a_worker_that_dies_in_the_middle_of_an_upload_leaves_nothing_half(
    server: TestServer,
    forget: Callable[[TestServer], RetentionResult],
    moment: str,
    files: int,
    rows: int,
) -> None:
    token = server.agent_token()

    ended = uploaded_by_a_worker_that_dies(server, token, moment)
    left = len(server.files()), server.value("SELECT count(*) FROM employee_logs")
    age_files(server)
    swept = forget(server)
    again = server.request("POST", "/api/log", **log_request(token, IMAGE))

    assert ended == -signal.SIGKILL
    assert left == (files, rows)
    assert swept.orphan_files_deleted == files - rows
    assert swept.rows_without_file == 0
    assert again.status_code == (200 if rows else 201)
    path = server.value("SELECT screenshot_path FROM employee_logs")
    folder = server.settings["data_directory"] / "screenshots"
    assert (folder / path).read_bytes() == IMAGE
    assert server.files() == [folder / path]


def age_files(server: TestServer) -> None:
    """Make every file as old as one that the sweep no longer takes for an upload on its way."""
    for file in server.files():
        os.utime(file, (NOW.timestamp() - 7200, NOW.timestamp() - 7200))


@asynccontextmanager
async def served(server: TestServer) -> AsyncIterator[int]:
    """Serve on a port of this machine, which is yielded."""
    app = create_app(Settings(**server.settings), clock=server.clock)
    uvicorn_server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    # Open from here on: requests that come before the server has started wait.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(uvicorn_server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            uvicorn_server.should_exit = True
            await running


def raw_request(token: str) -> bytes:
    """Return alice's log with a screenshot, as it is sent."""
    request = httpx.Request("POST", "http://127.0.0.1/api/log", **log_request(token, IMAGE))
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join(["POST /api/log HTTP/1.1", *lines, "", ""]).encode() + request.read()


def test_a_slow_upload_holds_up_nobody_and_arrives_whole(server: TestServer) -> None:
    token = server.agent_token()
    sent = raw_request(token)
    step = len(sent) // 20

    async def scenario() -> tuple[list[int], bytes]:
        async with served(server) as port, httpx.AsyncClient() as client:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            statuses = []
            for number, start in enumerate(range(0, len(sent), step)):
                writer.write(sent[start : start + step])
                await writer.drain()
                answer = await client.post(
                    f"http://127.0.0.1:{port}/api/heartbeat",
                    json=heartbeat_body(seq=number + 1),
                    headers=bearer(token),
                )
                statuses.append(answer.status_code)
            answered = await reader.readuntil(b"}")
            writer.close()
        return statuses, answered

    statuses, answered = asyncio.run(scenario())

    assert statuses == [200] * len(statuses)
    assert b" 201 " in answered.partition(b"\r\n")[0]
    path = server.value("SELECT screenshot_path FROM employee_logs")
    assert (server.settings["data_directory"] / "screenshots" / path).read_bytes() == IMAGE


@pytest.mark.parametrize("share", [0.2, 0.5, 0.999])
def test_half_an_upload_leaves_nothing(server: TestServer, share: float) -> None:
    token = server.agent_token()
    sent = raw_request(token)

    async def scenario() -> None:
        async with served(server) as port:
            for _ in range(5):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(sent[: int(len(sent) * share)])
                await writer.drain()
                writer.close()
                await writer.wait_closed()

    asyncio.run(scenario())

    assert server.files() == []
    assert server.value("SELECT count(*) FROM employee_logs") == 0
    again = server.request("POST", "/api/log", **log_request(token, IMAGE))
    assert (again.status_code, json.loads(again.content)["stored"]) == (201, True)


def test_screenshots_that_wait_are_bounded_and_the_others_come_again(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, begun, free = FolderStore.put, asyncio.Semaphore(0), asyncio.Event()
    tokens = {name: memory_server.agent_token(hostname=name) for name in ("a", "b", "c")}

    async def slow(store: FolderStore, key: str, content: bytes) -> None:
        begun.release()
        await free.wait()
        await whole(store, key, content)

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        async def send(name: str) -> int:
            sent = log_request(tokens[name], screenshot_bytes(), hostname=name)
            return (await client.post("/api/log", **sent)).status_code

        waiting = [asyncio.create_task(send(name)) for name in "ab"]
        for _ in waiting:
            await begun.acquire()
        refused = await send("c")
        free.set()
        return [refused, *await asyncio.gather(*waiting), await send("c")]

    monkeypatch.setattr(FolderStore, "put", slow)
    monkeypatch.setattr(logs, "WAITING_LIMIT", 2)

    assert memory_server.run(scenario) == [503, 201, 201, 201]


def test_two_uploads_of_one_log_over_two_workers_leave_one_row_and_one_file(
    server: TestServer,
) -> None:
    request: dict[str, Any] = log_request(server.agent_token(), IMAGE)

    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> list[int]:
        answers = await asyncio.gather(
            *(client.post("/api/log", **request) for client in (one, two) * 4)
        )
        return sorted(answer.status_code for answer in answers)

    assert server.run_two(scenario) == [200] * 7 + [201]
    assert len(server.files()) == 1
