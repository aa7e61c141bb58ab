"""Fixtures: a real PostgreSQL for the session, and the app over either storage."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import argon2
import boto3
import pytest
from moto.server import ThreadedMotoServer
from server.tests.answers import hold_to_document
from server.tests.running_provider import Provider, running_provider

from wfhserver.accounts import passwords
from wfhserver.api import problem
from wfhserver.days import RetentionCalendar
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.retention.run import Retention, RetentionResult
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import Send, StillClock, TestServer, log_request, trusting

# Faster than TRUNCATE on some hundred tables that hold a row or two.
_EMPTY = """
DELETE FROM employee_heartbeats; DELETE FROM employee_logs; DELETE FROM employee_missed_logs;
DELETE FROM agent_presence; DELETE FROM agents; DELETE FROM enrollment_requests;
DELETE FROM enrollment_tokens;
DELETE FROM sessions; DELETE FROM login_attempts; DELETE FROM oidc_attempts;
DELETE FROM teams; DELETE FROM api_keys;
DELETE FROM users; DELETE FROM sample;
DELETE FROM audit; DELETE FROM audit_removed;
UPDATE audit_head SET last_id = 0, last_hash = '', forgotten_id = 0, forgotten_hash = '';
DELETE FROM legal_holds; DELETE FROM retention_runs;
DELETE FROM employees; DELETE FROM heartbeat_statuses WHERE name NOT IN ('online', 'other')
"""


@pytest.fixture(scope="session", autouse=True)
def hasher() -> Iterator[argon2.PasswordHasher]:
    """The product's hasher; the tests have a cheap one, for nobody guesses their passwords."""
    ours = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
        patch.setattr(passwords, "_HASHER", cheap)
        yield ours


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
        house = TestServer(open_folder, StillClock(), url)
        # What a power cut would lose, no test of this run looks for.
        house.execute("ALTER SYSTEM SET fsync = off")
        house.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def shared_database(cluster_url: str) -> str:
    return make_database(cluster_url, "shared")


@pytest.fixture
def database(shared_database: str) -> str:
    """A database with the newest schema and no rows."""
    TestServer(Path(), StillClock(), shared_database).execute(_EMPTY)
    return shared_database


@pytest.fixture
def own_database(cluster_url: str) -> Iterator[str]:
    """A database for a test that changes the schema: partitions, for example."""
    yield make_database(cluster_url, "own")
    TestServer(Path(), StillClock(), cluster_url).execute("DROP DATABASE own WITH (FORCE)")


def make_database(cluster_url: str, name: str) -> str:
    TestServer(Path(), StillClock(), cluster_url).execute(f"CREATE DATABASE {name}")
    url = cluster_url.replace("/wfhserver?", f"/{name}?")
    TestServer(Path(), StillClock(), url).prepare()
    return url


@pytest.fixture
def house(tmp_path: Path, clock: StillClock, database: str) -> TestServer:
    """The app over PostgreSQL; each of its answers is held to the OpenAPI document."""
    house = TestServer(tmp_path, clock, database)
    house.lookers.append(hold_to_document)
    return house


@pytest.fixture
def own_house(tmp_path: Path, clock: StillClock, own_database: str) -> TestServer:
    """The app over a database whose schema a test may change."""
    return TestServer(tmp_path, clock, own_database)


@pytest.fixture
def enroll(house: TestServer) -> Callable[..., dict[str, str]]:
    """Enroll people, each with the machine NAME-pc, the first in the team Sales; their tokens."""

    def all_of(*names: str) -> dict[str, str]:
        tokens = {name: house.agent_token(name, f"{name}-pc") for name in names}
        house.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
        house.execute(
            "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
            " WHERE username = $1",
            names[0],
        )
        return tokens

    return all_of


@pytest.fixture
def memory_house(tmp_path: Path, clock: StillClock) -> TestServer:
    """The app over memory: for what no storage has a part in."""
    return TestServer(tmp_path, clock, None)


@pytest.fixture(params=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> TestServer:
    """The app over each storage in turn: both must keep the same promises."""
    name = "house" if request.param == "postgres" else "memory_house"
    house: TestServer = request.getfixturevalue(name)
    return house


@pytest.fixture
def answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer a device that sends too much without letting it wait."""
    monkeypatch.setattr(problem, "HELD_SECONDS", 0)


@pytest.fixture
def golden() -> Callable[[str], bytes]:
    folder = Path(__file__).parents[2] / "tests" / "contract" / "golden"
    return lambda name: (folder / f"{name}.json").read_bytes()


@pytest.fixture
def send_log(house: TestServer) -> Send:
    """Send a log of alice."""
    token = house.agent_token()
    return lambda image=None, **fields: house.ask(
        "POST", "/api/log", **log_request(token, image, **fields)
    )


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of a server that speaks S3, with the bucket `shots`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="shots")
    client.close()
    yield url
    server.stop()


@pytest.fixture
def speak_s3(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let this process speak S3 to an address, as the environment of a server would."""

    def speak_to(url: str) -> None:
        variables = {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_ALLOW_HTTP": "true",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return speak_to


@pytest.fixture
def aws(s3_url: str, speak_s3: Callable[[str], None]) -> str:
    """Speak to the server with the bucket `shots`; its address."""
    speak_s3(s3_url)
    return s3_url


@pytest.fixture
def forget() -> Callable[..., RetentionResult]:
    """Run retention once over the database and the store of a house, at the time of its clock."""

    async def once(house: TestServer, *, dry_run: bool) -> RetentionResult:
        storage = PostgresStorage(house.url or "", connections=2)
        await storage.open()
        try:
            calendar = RetentionCalendar(clock=house.clock, zone=UTC, retention_days=30)
            store = open_store(Settings(**house.settings))
            retention = Retention(
                storage.retention, store, calendar, trusting(house.clock), audit_days=365
            )
            return await retention.run(dry_run=dry_run)
        finally:
            await storage.close()

    return lambda house, dry_run=False: asyncio.run(once(house, dry_run=dry_run))


@pytest.fixture(scope="module")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(provider_process: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider, whom the server's system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(provider_process.authority))
    provider_process.says(methods=["client_secret_basic"])
    provider_process.says()
    return provider_process
