"""Two app machines over one PostgreSQL and one bucket: what one receives, the other knows."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from server.tests.test_command_line import ended_at_last, free_port, wait_for

from wfhserver.clock import SystemClock
from wfhserver.days import RetentionCalendar
from wfhserver.retention.run import Retention, RetentionResult
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import (
    StillClock,
    TestServer,
    bearer,
    log_request,
    screenshot_bytes,
    trusting,
)

BUCKET = "s3://shots/company"


@pytest.fixture
def environment(own_database: str, aws: str) -> dict[str, str]:
    """The settings that all machines share."""
    shared = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    ours = {"WFHSERVER_DATABASE_URL": own_database, "WFHSERVER_SCREENSHOTS": BUCKET}
    return {"PATH": os.environ["PATH"], **shared, **ours}


@pytest.fixture
def machines(environment: dict[str, str]) -> Iterator[list[str]]:
    """The addresses of two servers, each in its own process."""
    with ExitStack() as stack:
        addresses = []
        for _ in range(2):
            port = free_port()
            process = subprocess.Popen(
                [sys.executable, "-m", "wfhserver", "serve", f"--port={port}"],
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            )
            stack.enter_context(ended_at_last(process))
            # It makes the partitions of today, which the test's database has not.
            wait_for(process, "Retention: ")
            addresses.append(f"http://127.0.0.1:{port}")
        yield addresses


@pytest.mark.end_to_end
def test_what_is_sent_to_one_machine_is_seen_on_the_other(
    machines: list[str], environment: dict[str, str]
) -> None:
    def wfhserver(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "wfhserver", *arguments],
            check=True, capture_output=True, text=True, env=environment, timeout=60,
        ).stdout.strip()  # fmt: skip

    password = wfhserver("users", "add", "anna", "--role", "admin", "--generate")
    agent = wfhserver("agents", "create", "alice@laptop-7")
    one, two = (httpx.Client(base_url=address) for address in machines)
    now, image = SystemClock().now(), screenshot_bytes()
    log = log_request(agent, image, workday=f"{now:%Y-%m-%d}", timestamp=now.isoformat())
    with one, two:
        stored = one.post("/api/log", **log)
        again = two.post("/api/log", **log)
        signed_in = one.post("/api/session", json={"username": "anna", "password": password})
        two.cookies = one.cookies
        seen = two.get(f"/api/logs/{now:%Y-%m-%d}.1.1/screenshot")
        wfhserver("agents", "revoke", "a1")
        revoked = [
            each.get("/api/whereami", headers=bearer(agent)).status_code for each in (one, two)
        ]

    assert (stored.status_code, again.status_code) == (201, 200)
    assert signed_in.status_code == 200
    assert (seen.status_code, seen.content) == (200, image)
    assert revoked == [401, 401]


def test_one_machine_forgets_at_a_time(
    tmp_path: Path, clock: StillClock, own_database: str, aws: str
) -> None:
    server = TestServer(tmp_path, clock, own_database)
    server.settings["screenshots"] = BUCKET
    token = server.agent_token()
    server.request("POST", "/api/log", **log_request(token, screenshot_bytes()))
    clock.time += timedelta(days=31)

    async def both() -> list[RetentionResult]:
        storages = [PostgresStorage(own_database, connections=2) for _ in range(2)]
        one, two = (retention_of(server, each) for each in storages)
        for each in storages:
            await each.open()
        async with storages[0].retention():
            # The first machine is at it.
            refused = await two.run()
        results = [refused, await two.run(), await one.run()]
        for each in storages:
            await each.close()
        return results

    refused, forgot, found_nothing = asyncio.run(both())

    assert (refused.done, forgot.done, found_nothing.done) == (False, True, True)
    assert (forgot.screenshots_deleted, found_nothing.screenshots_deleted) == (1, 0)
    assert refused.screenshots_deleted == 0


def retention_of(server: TestServer, storage: PostgresStorage) -> Retention:
    calendar = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30)
    store: Any = open_store(Settings(**server.settings))
    begin: Callable[..., Any] = storage.retention
    return Retention(begin, store, calendar, trusting(server.clock), audit_days=365)
