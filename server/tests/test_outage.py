"""PostgreSQL away and back: refused for now, nothing lost, nothing twice."""

import asyncio
import errno
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import find_layout
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.testing import NOW, StillClock, TestServer, bearer, beat, log_request, picture

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wfhserver-outage-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def own_house(own_folder: Path) -> Iterator[TestServer]:
    """The app over a PostgreSQL that the test may stop, and that writes to disk as in the field."""
    with embedded_postgres(own_folder) as url:
        house = TestServer(own_folder, StillClock(), url)
        house.prepare()
        yield house


@pytest.fixture
def cluster(own_folder: Path) -> Cluster:
    return Cluster(find_layout(own_folder, "nobody"), SystemClock())


def test_without_a_database_the_server_starts_and_says_so(tmp_path: Path) -> None:
    house = TestServer(tmp_path, StillClock(), NOWHERE)

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get("/readyz"),
            await client.post("/api/heartbeat", json=beat(), headers=bearer("wfha_x")),
            await client.post("/api/log", **log_request("wfha_x", picture())),
            await client.get("/healthz"),
            await client.get("/status"),
        ]

    *refused, alive, page = house.run(scenario)

    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
    assert alive.status_code == 200
    assert "Not ready" in page.text
    assert list(tmp_path.rglob("*.webp")) == []


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
    for looks in ("is_file", "exists"):
        monkeypatch.setattr(Path, looks, closed)

    detail = TestServer(tmp_path, StillClock(), NOWHERE).ask("GET", "/readyz").json()["detail"]

    assert "This user may not read /closed/home/." in detail
    assert "set HOME to a folder of this user" in detail


def test_an_older_schema_is_not_ready_and_says_what_to_do(cluster_url: str, tmp_path: Path) -> None:
    house = TestServer(tmp_path, StillClock(), cluster_url)

    answer = house.ask("GET", "/readyz")

    assert answer.status_code == 503
    assert "wfhserver db upgrade" in answer.json()["detail"]


def test_a_database_that_takes_nothing_is_not_ready_and_leaves_no_picture(
    own_database: str, tmp_path: Path
) -> None:
    house = TestServer(tmp_path, StillClock(), own_database)
    token = house.agent_token()
    house.execute("ALTER DATABASE own SET default_transaction_read_only = on")

    ready = house.ask("GET", "/readyz")
    beaten = house.ask("POST", "/api/heartbeat", json=beat(), headers=bearer(token))
    logged = house.ask("POST", "/api/log", **log_request(token, picture()))

    for answer in (ready, beaten, logged):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert "read-only" in answer.json()["detail"]
    # It comes again with each attempt, and that may be for hours.
    assert list(tmp_path.rglob("*.webp")) == []


def test_a_database_that_was_read_only_for_a_while_is_written_to_again_without_a_restart(
    own_database: str, cluster_url: str, tmp_path: Path
) -> None:
    house = TestServer(tmp_path, StillClock(), own_database)
    other = TestServer(tmp_path, StillClock(), cluster_url)
    token = house.agent_token()
    day = iter(range(1, 9))

    async def send(client: httpx.AsyncClient) -> list[int]:
        request = log_request(token, None, workday=f"2026-11-0{next(day)}")
        answers = [
            await client.post("/api/heartbeat", json=beat(), headers=bearer(token)),
            *await asyncio.gather(*(client.post("/api/log", **request) for _ in range(4))),
        ]
        return [answer.status_code for answer in answers]

    house.execute("ALTER DATABASE own SET default_transaction_read_only = on")

    async def scenario(client: httpx.AsyncClient) -> list[set[int]]:
        refused = await send(client)
        await asyncio.to_thread(
            other.execute, "ALTER DATABASE own SET default_transaction_read_only = off"
        )
        first = await send(client)
        return [set(refused), set(first) & {201}, set(await send(client))]

    refused, first, after = house.run(scenario)

    assert refused == {503}
    assert first == {201}
    assert after == {200, 201}


def test_what_is_sent_through_an_outage_is_stored_once(
    own_house: TestServer, cluster: Cluster
) -> None:
    token = own_house.agent_token()

    async def send(client: httpx.AsyncClient, seq: int) -> list[int]:
        answers = [
            await client.post("/api/heartbeat", json=beat(seq=seq), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, picture(), slot=seq)),
            await client.get("/readyz"),
        ]
        return [answer.status_code for answer in answers]

    async def scenario(client: httpx.AsyncClient) -> list[list[int]]:
        before = await send(client, 1)
        await asyncio.to_thread(cluster.stop)
        away = await send(client, 2)
        await asyncio.to_thread(cluster.start)
        return [before, away, await send(client, 2), await send(client, 2)]

    answers = own_house.run(scenario)

    assert answers == [[200, 201, 200], [503, 503, 503], [200, 201, 200], [200, 200, 200]]
    assert own_house.value("SELECT count(*) FROM employee_heartbeats") == 2
    rows = own_house.rows("SELECT screenshot_path FROM employee_logs")
    folder = own_house.settings["data_directory"] / "screenshots"
    stored = {folder / path for (path,) in rows} | {
        folder / thumbnail_key(path) for (path,) in rows
    }
    assert set(folder.rglob("*.webp")) == stored
    assert len(rows) == 2


def test_under_load_of_two_workers_an_outage_refuses_for_now_and_loses_nothing(
    own_house: TestServer, cluster: Cluster
) -> None:
    people = {f"user{n}": own_house.agent_token(f"user{n}") for n in range(30)}
    refusals: list[httpx.Response] = []

    async def live(client: httpx.AsyncClient, name: str, until: asyncio.Event) -> int:
        sent = 0
        while not until.is_set():
            body = beat(username=name, seq=sent + 1)
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
        back = await one.post("/api/heartbeat", json=beat(), headers=bearer("wfha_x"))
        while back.status_code == 503:
            back = await one.post("/api/heartbeat", json=beat(), headers=bearer("wfha_x"))
        until.set()
        return sum(await asyncio.gather(*lives))

    sent = own_house.run_two(scenario)

    assert own_house.value("SELECT count(*) FROM employee_heartbeats") == sent > 0
    for answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"


def test_what_was_acknowledged_survives_a_kill_of_the_database(
    own_house: TestServer, cluster: Cluster, own_folder: Path
) -> None:
    headers = bearer(own_house.agent_token())
    acknowledged = set()

    async def send(client: httpx.AsyncClient, number: int) -> None:
        moment = NOW - timedelta(seconds=number)
        body = beat(timestamp=moment.isoformat())
        answer = await client.post("/api/heartbeat", json=body, headers=headers)
        assert answer.status_code in (200, 503)
        if answer.status_code == 200:
            acknowledged.add(moment)

    async def scenario(client: httpx.AsyncClient) -> None:
        for first in range(0, 200, 20):
            sending = [send(client, number) for number in range(first, first + 20)]
            kill = [asyncio.to_thread(_kill_postgres, own_folder)] if first == 100 else []
            await asyncio.gather(*sending, *kill)

    own_house.run(scenario)
    cluster.start()

    stored = {moment for (moment,) in own_house.rows('SELECT "timestamp" FROM employee_heartbeats')}
    assert len(acknowledged) >= 100
    assert acknowledged <= stored


def _kill_postgres(folder: Path) -> None:
    pid = (folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGKILL)
