"""A bucket as the store: what it refuses, what is away, and logs that go into it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import obstore
import pytest
import time_machine

from wfhserver.errors import StorageFullError, StoreUnavailableError
from wfhserver.retention.run import RetentionResult
from wfhserver.screenshots.bucket import BucketStore
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.testing import NOW, StillClock, TestServer, log_request, screenshot_bytes

_KEY = "2026-11-23/a.webp"
SpeakS3 = Callable[[str], None]


@pytest.fixture
def refusing() -> Iterator[Callable[[int, str], str]]:
    """Start a server that answers every request with a status and a code of S3; its address."""
    servers = []

    def start(status: int, code: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_PUT = do_GET = answer  # noqa: N815 -- the library's names

            def log_message(self, *_: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "QuotaExceeded", StorageFullError),
        (507, "XMinioStorageFull", StorageFullError),
        (400, "XMinioAdminBucketQuotaExceeded", StorageFullError),
        (403, "AccessDenied", StoreUnavailableError),
        (404, "NoSuchBucket", StoreUnavailableError),
        (503, "SlowDown", StoreUnavailableError),
    ],
)
def test_what_a_bucket_refuses_is_full_or_unavailable(
    speak_s3: SpeakS3,
    refusing: Callable[[int, str], str],
    status: int,
    code: str,
    expected: type[Exception],
) -> None:
    speak_s3(refusing(status, code))
    store = BucketStore("s3://shots")

    with pytest.raises(expected, match="s3://shots"):
        asyncio.run(store.put(_KEY, b"x"))


def test_a_bucket_that_does_not_exist_is_not_a_missing_screenshot(aws: str) -> None:
    store = BucketStore("s3://nowhere")

    for call in (store.check, store.days, lambda: store.get(_KEY)):
        with pytest.raises(StoreUnavailableError, match="s3://nowhere"):
            asyncio.run(call())


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def test_a_server_whose_bucket_is_away_says_so_and_agents_keep_their_logs(
    memory_server: TestServer, speak_s3: SpeakS3
) -> None:
    speak_s3(f"http://127.0.0.1:{closed_port()}")
    memory_server.settings["screenshots"] = "s3://shots"
    token = memory_server.agent_token()

    ready = memory_server.request("GET", "/readyz")
    answer = memory_server.request("POST", "/api/log", **log_request(token, screenshot_bytes()))
    without = memory_server.request("POST", "/api/log", **log_request(token))

    code = "screenshot_storage_unavailable"
    assert (ready.status_code, ready.json()["code"]) == (503, code)
    assert "s3://shots" in ready.json()["detail"]
    assert "127.0.0.1" not in ready.text
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    # A log without a screenshot needs no store.
    assert without.status_code == 201


def test_a_full_bucket_is_reported_with_the_code_of_a_full_disk(
    memory_server: TestServer, speak_s3: SpeakS3, refusing: Callable[[int, str], str]
) -> None:
    speak_s3(refusing(403, "QuotaExceeded"))
    memory_server.settings["screenshots"] = "s3://shots"

    answer = memory_server.request(
        "POST", "/api/log", **log_request(memory_server.agent_token(), screenshot_bytes())
    )

    assert (answer.status_code, answer.json()["code"]) == (507, "screenshot_storage_full")
    assert answer.headers["retry-after"] == "60"


def test_a_log_goes_into_the_bucket_that_the_settings_name(
    server: TestServer, aws: str, tmp_path: Path
) -> None:
    server.settings["screenshots"] = f"s3://shots/{tmp_path.name}"
    image = screenshot_bytes()

    ready = server.request("GET", "/readyz")
    answer = server.request("POST", "/api/log", **log_request(server.agent_token(), image))

    key = server.value("SELECT screenshot_path FROM employee_logs")
    store = BucketStore(server.settings["screenshots"])
    assert (ready.status_code, answer.status_code) == (200, 201)
    assert asyncio.run(keys(store)) == [key]
    assert asyncio.run(store.get(key)) == image
    assert server.files() == []


async def add_thumbnails(store: BucketStore) -> None:
    """Leave a thumbnail with each screenshot, as if somebody had looked at every one."""
    for key in await keys(store):
        await store.put(thumbnail_key(key), b"small")


async def keys(store: BucketStore) -> list[str]:
    return [file.key async for file in store.files(date(2026, 11, 23))]


def test_other_objects_next_to_the_screenshots_are_not_listed(aws: str, tmp_path: Path) -> None:
    store = BucketStore(f"s3://shots/{tmp_path.name}")

    async def scenario() -> None:
        for key in ("README", "2026-11-23/Notes.txt", "2026-02-30/a.webp"):
            await obstore.put_async(store._store, key, b"x")
        assert await store.days() == [date(2026, 11, 23)]
        assert await keys(store) == []

    asyncio.run(scenario())


def test_orphans_of_a_bucket_are_swept_both_ways_and_young_ones_are_left(
    server: TestServer, aws: str, tmp_path: Path, forget: Callable[[TestServer], RetentionResult]
) -> None:
    server.settings["screenshots"] = f"s3://shots/{tmp_path.name}"
    store = BucketStore(server.settings["screenshots"])
    token = server.agent_token()
    server.request("POST", "/api/log", **log_request(token, screenshot_bytes()))
    key = server.value("SELECT screenshot_path FROM employee_logs")
    asyncio.run(add_thumbnails(store))

    async def leave(name: str) -> None:
        await store.put(f"2026-11-23/{name}.webp", b"x")

    for name, age in {"old": timedelta(hours=2), "young": timedelta(minutes=1)}.items():
        with time_machine.travel(NOW - age):
            asyncio.run(leave(name))
    swept = forget(server)
    asyncio.run(store.delete(key))
    result = forget(server)

    assert (swept.orphan_files_deleted, swept.rows_without_file) == (1, 0)
    assert result.rows_without_file == 1
    assert asyncio.run(keys(store)) == sorted([thumbnail_key(key), "2026-11-23/young.webp"])


def test_the_screenshot_of_a_test_log_leaves_the_bucket_after_a_day(
    server: TestServer, aws: str, tmp_path: Path, forget: Callable[[TestServer], RetentionResult]
) -> None:
    server.settings["screenshots"] = f"s3://shots/{tmp_path.name}"
    store = BucketStore(server.settings["screenshots"])
    server.request(
        "POST", "/api/log", **log_request(server.agent_token(), screenshot_bytes(), slot=0)
    )
    asyncio.run(add_thumbnails(store))
    assert len(asyncio.run(keys(store))) == 2

    server.clock.time += timedelta(hours=24, seconds=1)

    assert forget(server).test_logs_deleted == 1
    assert asyncio.run(keys(store)) == []


@pytest.fixture
def own_server(tmp_path: Path, own_database: str) -> TestServer:
    server = TestServer(tmp_path, StillClock(), own_database)
    server.settings["screenshots"] = f"s3://shots/{tmp_path.name}"
    return server


def test_a_day_of_a_bucket_is_deleted_except_for_legal_holds(
    own_server: TestServer, aws: str, forget: Callable[[TestServer], RetentionResult]
) -> None:
    server = own_server
    store = BucketStore(server.settings["screenshots"])
    for name in ("alice", "bob"):
        token = server.agent_token(name)
        server.request("POST", "/api/log", **log_request(token, screenshot_bytes(), username=name))
    server.execute(
        "INSERT INTO legal_holds SELECT employee_id, now(), 'test', 'test' FROM employees"
        " WHERE username = 'alice'"
    )
    asyncio.run(add_thumbnails(store))
    server.clock.time = NOW + timedelta(days=31)

    first = forget(server)
    key = server.value("SELECT screenshot_path FROM employee_logs")
    left = asyncio.run(keys(store))
    server.execute("DELETE FROM legal_holds")
    second = forget(server)

    assert (first.screenshots_deleted, first.thumbnails_deleted) == (1, 1)
    assert left == [key, thumbnail_key(key)]
    assert (second.screenshots_deleted, second.screenshot_days_deleted) == (1, 1)
    assert asyncio.run(store.days()) == []
