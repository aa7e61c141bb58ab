"""The test kit: a real PostgreSQL, a clock that stands still, and the app over either storage."""

import asyncio
import io
import itertools
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from PIL import Image

from wfhserver import tokens
from wfhserver.app import create_app
from wfhserver.clock import Clock
from wfhserver.days import Calendar
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.settings import Settings
from wfhserver.storage.memory import MemoryStorage
from wfhserver.storage.postgres import keys
from wfhserver.storage.postgres.migrate import upgrade

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Scenario = Callable[[httpx.AsyncClient], Awaitable[Any]]


class StillClock(Clock):
    """Time moves only when a test moves it; whoever sleeps, sleeps for good."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def elapsed(self) -> float:
        return (self.time - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()

    def pause(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class House:
    """The app over one storage, and what an administrator can do to it."""

    def __init__(self, folder: Path, clock: StillClock, url: str | None) -> None:
        self.clock = clock
        self.url = url
        self.memory = MemoryStorage() if url is None else None
        self.settings = {"data_directory": folder, "database_url": url}

    def run(self, scenario: Scenario, *, peer: str = "127.0.0.1", **settings: Any) -> Any:
        """Serve for the time of *scenario*, which gets a client; return what it returns."""

        async def main() -> Any:
            app = create_app(
                Settings(**{**self.settings, **settings}), clock=self.clock, storage=self.memory
            )
            transport = httpx.ASGITransport(
                app, client=(peer, 50000), raise_app_exceptions=False
            )
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://server") as client,
            ):
                return await scenario(client)

        return asyncio.run(main())

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the answer to one request; keyword arguments as httpx takes them."""
        return self.run(lambda client: client.request(method, path, **request))

    def enrolment_token(self, **limits: Any) -> str:
        token = tokens.new_enrolment_token()
        if self.memory is not None:
            self.memory.add_enrolment_token(token, **limits)
            return token
        revoked = limits.pop("revoked", False)
        number = self._sql(
            keys.add_enrolment_token, tokens.hash_of(token), label="test", at=NOW, **limits
        )
        if revoked:
            self._sql(keys.revoke_token, number, at=NOW, with_agents=False)
        return token

    def agent_token(self, username: str = "alice", hostname: str = "laptop-7") -> str:
        token = tokens.new_agent_token()
        if self.memory is not None:
            self.memory.add_agent(token, username=username, hostname=hostname)
        else:
            self._sql(
                keys.add_agent_token,
                tokens.hash_of(token),
                username=username,
                hostname=hostname,
                at=NOW,
            )
        return token

    def revoke(self, token: str) -> None:
        if self.memory is not None:
            self.memory.revoke_agent(token)
        else:
            self.execute(
                "UPDATE agents SET revoked_at = $2 WHERE token_hash = $1",
                tokens.hash_of(token),
                NOW,
            )

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        records = self._sql(lambda connection: connection.fetch(sql, *arguments))
        return [tuple(record) for record in records]

    def value(self, sql: str, *arguments: Any) -> Any:
        return self._sql(lambda connection: connection.fetchval(sql, *arguments))

    def execute(self, sql: str, *arguments: Any) -> None:
        self._sql(lambda connection: connection.execute(sql, *arguments))

    def _sql(self, work: Callable[..., Awaitable[Any]], *arguments: Any, **named: Any) -> Any:
        async def main() -> Any:
            connection = await asyncpg.connect(self.url)
            try:
                return await work(connection, *arguments, **named)
            finally:
                await connection.close()

        return asyncio.run(main())


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can get to; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="wfhserver-tests-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster_url(open_folder: Path) -> Iterator[str]:
    with embedded_postgres(open_folder) as url:
        house = House(open_folder, StillClock(), url)
        # What a power cut would lose, no test of this run looks for.
        house.execute("ALTER SYSTEM SET fsync = off")
        house.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def template(cluster_url: str) -> str:
    House(Path(), StillClock(), cluster_url).execute("CREATE DATABASE model")
    days = Calendar(clock=StillClock(), zone=UTC, retention_days=30).partition_days()
    asyncio.run(upgrade(cluster_url.replace("/wfhserver?", "/model?"), days))
    return "model"


_numbers = itertools.count()


@pytest.fixture
def empty_database(cluster_url: str) -> Iterator[str]:
    yield from _database(cluster_url, "template1")


@pytest.fixture
def database(cluster_url: str, template: str) -> Iterator[str]:
    yield from _database(cluster_url, template)


def _database(cluster_url: str, template: str) -> Iterator[str]:
    house = House(Path(), StillClock(), cluster_url)
    name = f"test_{next(_numbers)}"
    house.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield cluster_url.replace("/wfhserver?", f"/{name}?")
    house.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def house(tmp_path: Path, clock: StillClock, database: str) -> House:
    """The app over PostgreSQL."""
    return House(tmp_path, clock, database)


@pytest.fixture
def memory_house(tmp_path: Path, clock: StillClock) -> House:
    """The app over memory: for what no storage has a part in."""
    return House(tmp_path, clock, None)


@pytest.fixture(params=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> House:
    """The app over each storage in turn: both must keep the same promises."""
    name = "house" if request.param == "postgres" else "memory_house"
    return request.getfixturevalue(name)


@pytest.fixture
def golden() -> Callable[[str], bytes]:
    folder = Path(__file__).parents[2] / "tests" / "contract" / "golden"
    return lambda name: (folder / f"{name}.json").read_bytes()


@pytest.fixture
def beat() -> Callable[..., dict[str, Any]]:
    def make(**fields: Any) -> dict[str, Any]:
        least = {
            "username": "alice",
            "hostname": "laptop-7",
            "status": "online",
            "timestamp": NOW.isoformat(),
        }
        return {**least, **fields}

    return make


@pytest.fixture
def picture() -> Callable[..., bytes]:
    def make(kind: str = "WEBP", size: tuple[int, int] = (16, 9), **options: Any) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", size, "navy").save(out, kind, **options)
        return out.getvalue()

    return make


@pytest.fixture
def log_request(golden: Callable[[str], bytes]) -> Callable[..., dict[str, Any]]:
    """Make the arguments of a request to /api/log: the golden log with *fields* changed."""

    def make(token: str, image: bytes | None = None, **fields: Any) -> dict[str, Any]:
        name = "log-no-display" if image is None else "log-taken"
        log = {**json.loads(golden(name)), **fields}
        files: dict[str, Any] = {"log": (None, json.dumps(log), "application/json")}
        if image is not None:
            files["screenshot"] = ("any name.webp", image, "image/webp")
        return {"headers": bearer_header(token), "files": files}

    return make


def bearer_header(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def bearer() -> Callable[[str], dict[str, str]]:
    return bearer_header
