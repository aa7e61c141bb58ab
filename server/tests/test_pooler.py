"""PgBouncer in front of PostgreSQL: each session has its connection, or the server says so."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from wfhserver.testing import TestServer, bearer, beat, log_request, picture

pytestmark = pytest.mark.end_to_end

BOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
_CONFIGURATION = """\
[databases]
own = host={sockets} dbname=own user=wfhserver
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = {port}
auth_type = any
pool_mode = {mode}
user = {user}
"""


@contextmanager
def pooled(house: TestServer, open_folder: Path, mode: str) -> Iterator[str]:
    """Run PgBouncer in front of the database of *house*; yield the URL through it."""
    folder = open_folder / f"bouncer-{mode}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    file = folder / "pgbouncer.ini"
    user = "nobody" if os.geteuid() == 0 else ""
    sockets = str(house.url).partition("host=")[2]
    file.write_text(
        _CONFIGURATION.format(sockets=sockets, folder=folder, port=6432, mode=mode, user=user)
    )
    assert BOUNCER is not None
    with subprocess.Popen(
        [BOUNCER, str(file)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/"
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if b"process up" in line:
                    break
            yield f"postgresql://wfhserver@/own?host={folder}&port=6432"
        finally:
            process.terminate()


def test_in_session_mode_everything_works(own_house: TestServer, open_folder: Path) -> None:
    token = own_house.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.get("/readyz"),
            await client.post("/api/heartbeat", json=beat(), headers=bearer(token)),
            await client.post("/api/log", **log_request(token, picture())),
            await client.get("/readyz"),
        ]
        return [answer.status_code for answer in answers]

    with pooled(own_house, open_folder, "session") as url:
        answers = own_house.run(scenario, database_url=url)

    assert answers == [200, 200, 201, 200]


def test_in_transaction_mode_it_says_what_to_set(own_house: TestServer, open_folder: Path) -> None:
    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/readyz")

    with pooled(own_house, open_folder, "transaction") as url:
        answer = own_house.run(scenario, database_url=url)

    assert answer.status_code == 503
    assert "pool_mode = session" in answer.json()["detail"]
