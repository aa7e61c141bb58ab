"""PostgreSQL away and back: refused for now, nothing lost, nothing twice."""

import asyncio
import errno
import os
import signal
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import find_layout
from wfhserver.storage.postgres import connection
from wfhserver.testing import (
    NOW,
    StillClock,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
)

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
READ_ONLY = "ALTER DATABASE {name} SET default_transaction_read_only = {state}"


@pytest.fixture
def own_server(folder: Path) -> Iterator[TestServer]:
    """The app over a PostgreSQL that the test may stop, and that writes to disk as in the field."""
    with embedded_postgres(folder) as url:
        server = TestServer(folder, StillClock(), url)
        server.prepare()
        yield server


@pytest.fixture
def cluster(folder: Path) -> Cluster:
    return Cluster(find_layout(folder, "nobody"), SystemClock())


def test_without_a_database_the_server_starts_and_says_so(tmp_path: Path) -> None:
    server = TestServer(tmp_path, StillClock(), NOWHERE)

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get("/readyz"),
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_x")),
            await client.post("/api/log", **log_request("wfha_x", screenshot_bytes())),
            await client.get("/healthz"),
            await client.get("/status"),
        ]

    *refused, alive, page = server.run(scenario)

    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
    assert alive.status_code == 200
    assert "Not ready" in page.text
    assert list(tmp_path.rglob("*.webp")) == []


def test_a_host_that_accepts_and_stays_silent_is_passed_over_and_not_tried_first_again(
    own_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 0.5)
    asked: list[str] = []
    real = asyncpg.connect

    def counted(url: str, **options: Any) -> Any:
        asked.append(url)
        return real(url, **options)

    monkeypatch.setattr(asyncpg, "connect", counted)
    folder = str(own_server.url).partition("host=")[2].partition("&")[0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://wfhserver@/wfhserver?host=127.0.0.1,{folder}&port={port},5432"
        first = own_server.run(lambda client: client.get("/readyz"), database_url=url)
        tried = len(asked)
        second = own_server.run(lambda client: client.get("/readyz"), database_url=url)

    assert (first.status_code, second.status_code) == (200, 200)
    assert any(str(port) in each for each in asked[:tried])
    assert not any(str(port) in each for each in asked[tried:])


def test_a_home_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where the driver looks for a password and for certificates.
    exists = Path.exists

    def closed(path: Path) -> bool:
        if path.is_relative_to("/closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setenv("HOME", "/closed/home")
    for method in ("is_file", "exists"):
        monkeypatch.setattr(Path, method, closed)

    detail = TestServer(tmp_path, StillClock(), NOWHERE).request("GET", "/readyz").json()["detail"]

    assert "This user may not read /closed/home/." in detail
    assert "set HOME to a folder of this user" in detail


def test_an_older_schema_is_not_ready_and_says_what_to_do(cluster_url: str, tmp_path: Path) -> None:
    server = TestServer(tmp_path, StillClock(), cluster_url)

    answer = server.request("GET", "/readyz")

    assert answer.status_code == 503
    assert "wfhserver db upgrade" in answer.json()["detail"]


def test_a_database_that_takes_nothing_is_not_ready_and_leaves_no_screenshot(
    own_database: str, tmp_path: Path
) -> None:
    server = TestServer(tmp_path, StillClock(), own_database)
    token = server.agent_token()
    server.execute(READ_ONLY.format(name=server.value("SELECT current_database()"), state="on"))

    ready = server.request("GET", "/readyz")
    heartbeat = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(token)
    )
    logged = server.request("POST", "/api/log", **log_request(token, screenshot_bytes()))

    for answer in (ready, heartbeat, logged):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert "read-only" in answer.json()["detail"]
    # It comes again with each attempt, and that may be for hours.
    assert list(tmp_path.rglob("*.webp")) == []


def test_a_database_that_was_read_only_for_a_while_is_written_to_again_without_a_restart(
    own_database: str, cluster_url: str, tmp_path: Path
) -> None:
    server = TestServer(tmp_path, StillClock(), own_database)
    other = TestServer(tmp_path, StillClock(), cluster_url)
    token = server.agent_token()
    name = server.value("SELECT current_database()")
    day = iter(range(1, 9))

    async def send(client: httpx.AsyncClient) -> list[int]:
        request = log_request(token, None, workday=f"2026-11-0{next(day)}")
        answers = [
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token)),
            *await asyncio.gather(*(client.post("/api/log", **request) for _ in range(4))),
        ]
        return [answer.status_code for answer in answers]

    server.execute(READ_ONLY.format(name=name, state="on"))

    async def scenario(client: httpx.AsyncClient) -> list[set[int]]:
        refused = await send(client)
        await asyncio.to_thread(other.execute, READ_ONLY.format(name=name, state="off"))
        first = await send(client)
        return [set(refused), set(first) & {201}, set(await send(client))]

    refused, first, after = server.run(scenario)

    assert refused == {503}
    assert first == {201}
    assert after == {200, 201}


def test_what_is_sent_through_an_outage_is_stored_once(
    own_server: TestServer, cluster: Cluster
) -> None:
    token = own_server.agent_token()

    async def send(client: httpx.AsyncClient, seq: int) -> list[int]:
        answers = [
            await client.post(
                "/api/heartbeat", json=heartbeat_body(seq=seq), headers=bearer(token)
            ),
            await client.post("/api/log", **log_request(token, screenshot_bytes(), slot=seq)),
            await client.get("/readyz"),
        ]
        return [answer.status_code for answer in answers]

    async def scenario(client: httpx.AsyncClient) -> list[list[int]]:
        before = await send(client, 1)
        await asyncio.to_thread(cluster.stop)
        away = await send(client, 2)
        await asyncio.to_thread(cluster.start)
        return [before, away, await send(client, 2), await send(client, 2)]

    answers = own_server.run(scenario)

    assert answers == [[200, 201, 200], [503, 503, 503], [200, 201, 200], [200, 200, 200]]
    assert own_server.value("SELECT count(*) FROM employee_heartbeats") == 2
    rows = own_server.rows("SELECT screenshot_path FROM employee_logs")
    folder = own_server.settings["data_directory"] / "screenshots"
    assert set(folder.rglob("*.webp")) == {folder / path for (path,) in rows}
    assert len(rows) == 2


def test_under_load_of_two_workers_an_outage_refuses_for_now_and_loses_nothing(
    own_server: TestServer, cluster: Cluster
) -> None:
    people = {f"user{n}": own_server.agent_token(f"user{n}") for n in range(30)}
    refusals: list[httpx.Response] = []

    async def live(client: httpx.AsyncClient, name: str, until: asyncio.Event) -> int:
        sent = 0
        while not until.is_set():
            body = heartbeat_body(username=name, seq=sent + 1)
            answer = await client.post("/api/heartbeat", json=body, headers=bearer(people[name]))
            # What is refused is sent again, as an agent does.
            sent += answer.status_code == 200
            if answer.status_code != 200:
                refusals.append(answer)
        return sent

    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> int:
        until = asyncio.Event()
        lives = [
            asyncio.create_task(live((one, two)[at % 2], name, until))
            for at, name in enumerate(people)
        ]
        await asyncio.to_thread(cluster.stop)
        while not refusals:  # noqa: ASYNC110 -- of the agents, who tell nobody
            await asyncio.sleep(0)
        await asyncio.to_thread(cluster.start)
        back = await one.post("/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_x"))
        while back.status_code == 503:
            back = await one.post("/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_x"))
        until.set()
        return sum(await asyncio.gather(*lives))

    sent = own_server.run_two(scenario)

    assert own_server.value("SELECT count(*) FROM employee_heartbeats") == sent > 0
    for answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"


def test_what_was_acknowledged_survives_a_kill_of_the_database(
    own_server: TestServer, cluster: Cluster, folder: Path
) -> None:
    headers = bearer(own_server.agent_token())
    acknowledged = set()

    async def send(client: httpx.AsyncClient, number: int) -> None:
        moment = NOW - timedelta(seconds=number)
        body = heartbeat_body(timestamp=moment.isoformat())
        answer = await client.post("/api/heartbeat", json=body, headers=headers)
        assert answer.status_code in (200, 503)
        if answer.status_code == 200:
            acknowledged.add(moment)

    async def scenario(client: httpx.AsyncClient) -> None:
        for first in range(0, 200, 20):
            sending = [send(client, number) for number in range(first, first + 20)]
            kill = [asyncio.to_thread(_kill_postgres, folder)] if first == 100 else []
            await asyncio.gather(*sending, *kill)

    own_server.run(scenario)
    cluster.start()

    stored = {
        moment for (moment,) in own_server.rows('SELECT "timestamp" FROM employee_heartbeats')
    }
    assert len(acknowledged) >= 100
    assert acknowledged <= stored


def _kill_postgres(folder: Path) -> None:
    pid = (folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGKILL)
