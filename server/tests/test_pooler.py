"""PgBouncer in front of PostgreSQL: each session has its connection, or the server says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from server.tests.bouncer import Bouncer

from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request, screenshot_bytes

pytestmark = pytest.mark.end_to_end


@contextmanager
def pooled(server: TestServer, open_folder: Path, mode: str) -> Iterator[str]:
    """Run PgBouncer in front of the database of *server*; yield the URL through it."""
    sockets = str(server.url).partition("host=")[2]
    bouncer = Bouncer(
        open_folder / f"bouncer-{mode}", sockets, port=5432, database="own", mode=mode
    )
    with bouncer.running():
        yield bouncer.url


def test_in_session_mode_everything_works(own_server: TestServer, open_folder: Path) -> None:
    token = own_server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.get("/readyz"),
            await client.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, screenshot_bytes())),
            await client.get("/readyz"),
        ]
        return [answer.status_code for answer in answers]

    with pooled(own_server, open_folder, "session") as url:
        answers = own_server.run(scenario, database_url=url)

    assert answers == [200, 200, 201, 200]


def test_in_transaction_mode_it_says_what_to_set(own_server: TestServer, open_folder: Path) -> None:
    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/readyz")

    with pooled(own_server, open_folder, "transaction") as url:
        answer = own_server.run(scenario, database_url=url)

    assert answer.status_code == 503
    assert "pool_mode = session" in answer.json()["detail"]
