"""Fixtures: a real PostgreSQL for the session, and the app over either storage."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import argon2
import asyncpg
import boto3
import pytest
from moto.server import ThreadedMotoServer
from server.tests.answers import hold_to_document
from server.tests.running_provider import Provider, running_provider
from tests import scratch

from wfhserver.accounts import passwords
from wfhserver.api import problem
from wfhserver.days import RetentionCalendar
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.retention.run import Retention, RetentionResult
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import Send, StillClock, TestServer, citus, log_request, trusting

# What needs a real Citus, and what does not go with one: the stand-in, and PgBouncer, which is put
# before the embedded PostgreSQL's socket.
_ON_CITUS = ["test_citus.py"]
_NOT_ON_CITUS = ["test_distribution.py", "test_pooler.py"]
collect_ignore = _NOT_ON_CITUS if citus.COORDINATOR else _ON_CITUS

# FirstNormalObjectId of PostgreSQL: below it, a number means the same type in every database.
_FIRST_OID_OF_USERS = 16384

# Faster than TRUNCATE on some hundred tables that hold a row or two. A function, whose plans are
# made once for a connection: planning for each partition takes longer than deleting.
_EMPTY = """
CREATE FUNCTION empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
DELETE FROM employee_heartbeats; DELETE FROM employee_logs; DELETE FROM employee_missed_logs;
DELETE FROM agent_presence; DELETE FROM agents; DELETE FROM plugin_sets;
DELETE FROM enrollment_requests;
DELETE FROM enrollment_tokens;
DELETE FROM sessions; DELETE FROM login_attempts; DELETE FROM oidc_attempts;
DELETE FROM messages; DELETE FROM alert_channels; DELETE FROM alert_rules; DELETE FROM alerts;
DELETE FROM teams; DELETE FROM api_keys; DELETE FROM fact_rules;
DELETE FROM schedules; DELETE FROM holiday_regions; DELETE FROM holiday_changes;
DELETE FROM leave_feeds; DELETE FROM attendance_late; DELETE FROM attendance_count;
DELETE FROM users; DELETE FROM sample; DELETE FROM setup_code; DELETE FROM dismissed_steps;
DELETE FROM agreed_settings; DELETE FROM erased_blocks; DELETE FROM username_hash_key;
DELETE FROM audit; DELETE FROM audit_removed;
UPDATE audit_head SET last_id = 0, last_hash = '', forgotten_id = 0, forgotten_hash = '';
DELETE FROM legal_holds; DELETE FROM retention_runs; DELETE FROM employee_imports;
DELETE FROM employees; DELETE FROM heartbeat_statuses WHERE name NOT IN ('online', 'other');
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def hasher() -> Iterator[argon2.PasswordHasher]:
    """The product's hasher; the tests have a cheap one, for nobody guesses their passwords."""
    ours = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
        patch.setattr(passwords, "_HASHER", cheap)
        yield ours


@pytest.fixture(scope="session", autouse=True)
def known_types() -> Iterator[None]:
    """PostgreSQL's own types, which asyncpg looks up once per connection, looked up once.

    Each request of a test opens new connections, and each look takes PostgreSQL 10 ms.
    """
    look, found = asyncpg.Connection._introspect_types, {}

    async def look_once(connection: Any, oids: Collection[int], *limit: float | None) -> Any:
        if max(oids) >= _FIRST_OID_OF_USERS:
            return await look(connection, oids, *limit)
        key = frozenset(oids)
        if key not in found:
            found[key] = await look(connection, oids, *limit)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncpg.Connection, "_introspect_types", look_once)
        yield


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data directory of a test's own that PostgreSQL's user can get to."""
    with scratch.open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can get to; pytest's own are closed to others."""
    with scratch.open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def cluster_url(open_folder: Path) -> Iterator[str]:
    if citus.COORDINATOR:
        yield citus.coordinator_url()
        return
    with embedded_postgres(open_folder) as url:
        server = TestServer(open_folder, StillClock(), url)
        # What a power cut would lose, no test of this run looks for.
        server.execute("ALTER SYSTEM SET fsync = off")
        server.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def shared_database(cluster_url: str) -> str:
    return make_database(cluster_url, "shared")


@pytest.fixture(scope="session")
def empty(shared_database: str) -> Iterator[Callable[[], None]]:
    """What deletes every row of the shared database, over one connection."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(shared_database))
        runner.run(connection.execute(_EMPTY))
        yield lambda: runner.run(connection.execute("SELECT empty()"))
        runner.run(connection.close())


@pytest.fixture
def database(shared_database: str, empty: Callable[[], None]) -> str:
    """A database with the newest schema and no rows."""
    empty()
    return shared_database


@pytest.fixture
def own_database(cluster_url: str) -> Iterator[str]:
    """A database for a test that changes the schema: partitions, for example."""
    yield make_database(cluster_url, "own")
    if citus.COORDINATOR:
        citus.drop_database("own")
    else:
        TestServer(Path(), StillClock(), cluster_url).execute("DROP DATABASE own WITH (FORCE)")


def make_database(cluster_url: str, name: str) -> str:
    if citus.COORDINATOR:
        url = citus.make_database(name)
    else:
        TestServer(Path(), StillClock(), cluster_url).execute(f"CREATE DATABASE {name}")
        url = cluster_url.replace("/wfhserver?", f"/{name}?")
    TestServer(Path(), StillClock(), url).prepare()
    if citus.COORDINATOR:
        citus.distribute_tables(url)
    return url


@pytest.fixture
def server(tmp_path: Path, clock: StillClock, database: str) -> TestServer:
    """The app over PostgreSQL; each of its answers is held to the OpenAPI document."""
    server = TestServer(tmp_path, clock, database)
    server.answer_checks.append(hold_to_document)
    return server


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    """An administrator whose session lasts as long as the test's days."""
    headers = server.signed_in()
    server.execute("UPDATE sessions SET expires_at = expires_at + interval '100 days'")
    return headers


@pytest.fixture
def own_server(tmp_path: Path, clock: StillClock, own_database: str) -> TestServer:
    """The app over a database whose schema a test may change."""
    return TestServer(tmp_path, clock, own_database)


@pytest.fixture
def enroll(server: TestServer) -> Callable[..., dict[str, str]]:
    """Enroll people, each with the machine NAME-pc, the first in the team Sales; their tokens."""

    def all_of(*names: str) -> dict[str, str]:
        tokens = {name: server.agent_token(name, f"{name}-pc") for name in names}
        server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
        server.execute(
            "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
            " WHERE username = $1",
            names[0],
        )
        return tokens

    return all_of


@pytest.fixture
def memory_server(tmp_path: Path, clock: StillClock) -> TestServer:
    """The app over memory: for what no storage has a part in."""
    return TestServer(tmp_path, clock, None)


@pytest.fixture(params=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> TestServer:
    """The app over each storage in turn: both must keep the same promises."""
    name = "server" if request.param == "postgres" else "memory_server"
    server: TestServer = request.getfixturevalue(name)
    return server


@pytest.fixture
def answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer a device that sends too much without letting it wait."""
    monkeypatch.setattr(problem, "RATE_LIMIT_DELAY_SECONDS", 0)


@pytest.fixture
def golden() -> Callable[[str], bytes]:
    folder = Path(__file__).parents[2] / "tests" / "contract" / "golden"
    return lambda name: (folder / f"{name}.json").read_bytes()


@pytest.fixture
def send_log(server: TestServer) -> Send:
    """Send a log of alice."""
    token = server.agent_token()
    return lambda image=None, **fields: server.request(
        "POST", "/api/log", **log_request(token, image, **fields)
    )


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of a server for S3's protocol, with the bucket `shots`."""
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
    """Run retention once over the database and the store of a server, at the time of its clock."""

    async def once(server: TestServer, *, dry_run: bool) -> RetentionResult:
        storage = PostgresStorage(server.url or "", connections=2)
        await storage.open()
        try:
            calendar = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30)
            store = open_store(Settings(**server.settings))
            retention = Retention(
                storage.retention, store, calendar, trusting(server.clock), audit_days=365
            )
            return await retention.run(dry_run=dry_run)
        finally:
            await storage.close()

    return lambda server, dry_run=False: asyncio.run(once(server, dry_run=dry_run))


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
