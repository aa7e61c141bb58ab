"""PostgreSQL away and back: refused for now, nothing lost, nothing twice."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import find_layout
from wfhserver.testing import House, StillClock, bearer, beat, log_request, picture

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wfhserver-outage-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_without_a_database_the_server_starts_and_says_so(tmp_path: Path) -> None:
    house = House(tmp_path, StillClock(), NOWHERE)

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get("/readyz"),
            await client.post("/api/heartbeat", json=beat(), headers=bearer("wfha_x")),
            await client.post("/api/log", **log_request("wfha_x", picture())),
            await client.get("/healthz"),
            await client.get("/"),
        ]

    *refused, alive, page = house.run(scenario)

    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
    assert alive.status_code == 200
    assert "Not ready" in page.text
    assert list(tmp_path.rglob("*.webp")) == []


def test_an_older_schema_is_not_ready_and_says_what_to_do(cluster_url: str, tmp_path: Path) -> None:
    house = House(tmp_path, StillClock(), cluster_url)

    answer = house.ask("GET", "/readyz")

    assert answer.status_code == 503
    assert "wfhserver db upgrade" in answer.json()["detail"]


def test_what_is_sent_through_an_outage_is_stored_once(own_folder: Path) -> None:
    with embedded_postgres(own_folder) as url:
        house = House(own_folder, StillClock(), url)
        house.prepare()
        headers = bearer(house.agent_token())
        cluster = Cluster(find_layout(own_folder, "nobody"), SystemClock())

        async def send(client: httpx.AsyncClient, seq: int) -> int:
            answer = await client.post("/api/heartbeat", json=beat(seq=seq), headers=headers)
            return answer.status_code

        async def scenario(client: httpx.AsyncClient) -> list[int]:
            statuses = [await send(client, 1)]
            await asyncio.to_thread(cluster.stop)
            statuses += [await send(client, 2), (await client.get("/readyz")).status_code]
            await asyncio.to_thread(cluster.start)
            statuses += [await send(client, 2), (await client.get("/readyz")).status_code]
            return [*statuses, await send(client, 2)]

        assert house.run(scenario) == [200, 503, 503, 200, 200, 200]
        assert house.value("SELECT count(*) FROM employee_heartbeats") == 2
