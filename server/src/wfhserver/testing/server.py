"""The server under test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from wfhserver import tokens
from wfhserver.alerts.watch import AlertWatch
from wfhserver.api.dashboard.guard import CSRF_HEADER, SESSION_COOKIE
from wfhserver.app import create_app
from wfhserver.attendance.count import AttendanceCount
from wfhserver.audit.log import Audit
from wfhserver.days import RetentionCalendar
from wfhserver.facts.alerts import FactAlerts
from wfhserver.leavers.departures import Departures
from wfhserver.models.alerts import Holding
from wfhserver.models.users import Role
from wfhserver.notifications.delivery import Delivery
from wfhserver.notifications.mail import MailServer
from wfhserver.sample.company import Plan
from wfhserver.sample.store import SampleCounts, store_sample
from wfhserver.screenshots.opened import open_store
from wfhserver.screenshots.store import is_key, is_thumbnail, thumbnail_key
from wfhserver.settings import Settings
from wfhserver.storage.memory import MemoryStorage
from wfhserver.storage.postgres import agents, clock_evidence, enrollment_tokens, sessions, users
from wfhserver.storage.postgres.connection import Connection, Database, connect
from wfhserver.storage.postgres.migrate import upgrade
from wfhserver.testing.clock import NOW, StillClock

Scenario = Callable[[httpx.AsyncClient], Awaitable[Any]]
Send = Callable[..., httpx.Response]


class _Checks:
    """What a test says of the server."""

    def __init__(self, found: dict[str, Holding]) -> None:
        self._found = found

    async def problems(self) -> dict[str, Holding]:
        """Return what the test says."""
        return self._found

    async def full_disk(self, percent: int) -> dict[str, Holding]:  # noqa: ARG002 -- as it is called
        """Return that there is room."""
        return {}


class TestServer:
    """The app over one storage, and what an administrator can do to it."""

    # A name that begins with Test: pytest would take it for a class of tests.
    __test__ = False

    def __init__(self, folder: Path, clock: StillClock, url: str | None) -> None:
        self.clock = clock
        self.url = url
        self.memory = MemoryStorage() if url is None else None
        self.settings: dict[str, Any] = {"data_directory": folder, "database_url": url}
        # What looks at every answer that a client of this server gets.
        self.answer_checks: list[Callable[[httpx.Response], Awaitable[None]]] = []

    def run(
        self,
        scenario: Scenario,
        *,
        peer: str = "127.0.0.1",
        periodic_work: bool = True,
        **settings: Any,
    ) -> Any:
        """Serve for the time of *scenario*, which gets a client; return what it returns."""

        async def main() -> Any:
            async with self._client(peer, settings, periodic_work=periodic_work) as client:
                return await scenario(client)

        return asyncio.run(main())

    def run_two(self, scenario: Callable[..., Awaitable[Any]]) -> Any:
        """Serve with two workers, which share the storage alone; *scenario* gets both clients."""

        async def main() -> Any:
            async with self._client("127.0.0.1", {}) as one, self._client("127.0.0.1", {}) as two:
                return await scenario(one, two)

        return asyncio.run(main())

    def client(self) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """Serve until the context ends, for a test that brings its own event loop."""
        return self._client("127.0.0.1", {})

    @asynccontextmanager
    async def _client(
        self, peer: str, settings: dict[str, Any], *, periodic_work: bool = True
    ) -> AsyncIterator[httpx.AsyncClient]:
        chosen = Settings(**{**self.settings, **settings})
        app = create_app(chosen, clock=self.clock, storage=self.memory, periodic_work=periodic_work)
        transport = httpx.ASGITransport(app, client=(peer, 50000), raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport,
                base_url="http://server",
                event_hooks={"response": self.answer_checks},
            ) as client,
        ):
            yield client

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the answer to one request; keyword arguments as httpx takes them.

        The server does no periodic work meanwhile: it would take longer than the request.
        """
        response: httpx.Response = self.run(
            lambda client: client.request(method, path, **request), periodic_work=False
        )
        return response

    def enrollment_token(self, **limits: Any) -> str:
        """Return a new enrollment token; *limits*: use_limit, expires_at, revoked."""
        token = tokens.new_enrollment_token()
        if self.memory is not None:
            self.memory.add_enrollment_token(token, **limits)
            return token
        revoked = limits.pop("revoked", False)
        number = self.sql(
            enrollment_tokens.add, tokens.hash_of(token), label="test", at=NOW, **limits
        )
        if revoked:
            self.sql(enrollment_tokens.revoke, number, at=NOW, with_agents=False)
        return token

    def agent_token(self, username: str = "alice", hostname: str = "laptop-7") -> str:
        """Return the token of a new agent."""
        token = tokens.new_agent_token()
        if self.memory is not None:
            self.memory.add_agent(token, username=username, hostname=hostname)
        else:
            self.sql(
                agents.add_agent_token,
                tokens.hash_of(token),
                username=username,
                hostname=hostname,
                at=NOW,
            )
        return token

    def add_user(self, username: str, role: Role, *, password_hash: str | None = None) -> int:
        """Add a user of the dashboard; without a hash no password is right."""
        user_id: int = self.sql(users.add, username, password_hash or "none", role, NOW)
        return user_id

    def signed_in(self, role: Role = Role.ADMIN, username: str | None = None) -> dict[str, str]:
        """Return the headers of a new session of a new user, named as the role if not otherwise."""
        name, token = username or str(role), tokens.new_session_token()
        user_id = self.add_user(name, role)
        ends = self.clock.time + timedelta(hours=12)
        self.sql(sessions.add, tokens.hash_of(token), user_id, ends, NOW)
        return {
            "Cookie": f"{SESSION_COOKIE}={token}",
            CSRF_HEADER: tokens.csrf_token(token),
        }

    def sample(self, plan: Plan, *, password_hash: str | None = None) -> SampleCounts:
        """Replace all data by the sample company, as `wfhserver demo --sample` does.

        Without a hash no password of its users is right.
        """
        store = open_store(Settings(**self.settings))
        made: SampleCounts = self.sql(
            store_sample, store, plan, now=self.clock.now(), password_hash=password_hash or "none"
        )
        return made

    def check_rules(self) -> None:
        """Look at every rule of alerts once, as the server does each minute."""

        async def main() -> None:
            database = Database(self.url or "", connections=2)
            await database.open()
            await FactAlerts(database, Audit(database, self.clock), self.clock).look()
            await database.close()

        asyncio.run(main())

    def check_alerts(
        self, problems: dict[str, str] | None = None, *, at: Iterable[datetime] | None = None
    ) -> None:
        """Look at the rules of alerts now, or at each of these times, which move the clock.

        *problems* are the server's, by part.
        """
        found = {
            f"server:{part}": Holding(subject=f"server:{part}", detail=detail)
            for part, detail in (problems or {}).items()
        }

        async def main() -> None:
            database, settings = Database(self.url or "", connections=2), Settings(**self.settings)
            await database.open()
            watch = AlertWatch(
                database,
                self.clock,
                _Checks(found),
                zone=settings.time_zone,
                url=settings.public_url,
                grace=timedelta(0),
            )
            try:
                for moment in at or (self.clock.time,):
                    self.clock.time = moment
                    await watch.look()
            finally:
                await database.close()

        asyncio.run(main())

    def count_attendance(self) -> None:
        """Count days of device activity, as the server does every five minutes."""

        async def main() -> None:
            database, settings = Database(self.url or "", connections=2), Settings(**self.settings)
            calendar = RetentionCalendar(
                clock=self.clock, zone=UTC, retention_days=settings.retention_days
            )
            await AttendanceCount(database, calendar).count(at_most_every=timedelta(0))
            await database.close()

        asyncio.run(main())

    def erase_due(self) -> None:
        """Erase the data of those who left and whose day has come."""
        calendar = RetentionCalendar(clock=self.clock, zone=UTC, retention_days=30)

        async def main() -> None:
            database = Database(self.url or "", connections=1)
            await database.open()
            store = open_store(Settings(**self.settings))
            await Departures(database, store, calendar, audit_days=365).erase_due()
            await database.close()

        asyncio.run(main())

    def deliver(self) -> None:
        """Deliver the messages that are due, as the server does every ten seconds."""

        async def main() -> None:
            database, settings = Database(self.url or "", connections=2), Settings(**self.settings)
            await database.open()
            mail_server, networks = MailServer.of(settings), settings.outgoing_networks
            try:
                await Delivery(database, self.clock, mail_server, networks).deliver_due()
            finally:
                await database.close()

        asyncio.run(main())

    def revoke(self, token: str) -> None:
        """Revoke the agent of *token*."""
        if self.memory is not None:
            self.memory.revoke_agent(token)
        else:
            self.execute(
                "UPDATE agents SET revoked_at = $2 WHERE token_hash = $1",
                tokens.hash_of(token),
                NOW,
            )

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Return what *sql* finds."""
        records = self.sql(lambda connection: connection.fetch(sql, *arguments))
        return [tuple(record) for record in records]

    def value(self, sql: str, *arguments: Any) -> Any:
        """Return the first value that *sql* finds."""
        return self.sql(lambda connection: connection.fetchval(sql, *arguments))

    def execute(self, sql: str, *arguments: Any) -> None:
        """Run *sql*."""
        self.sql(lambda connection: connection.execute(sql, *arguments))

    def files(self) -> list[Path]:
        """Return every file in the data directory, unfinished ones too."""
        return [each for each in self.settings["data_directory"].rglob("*") if each.is_file()]

    def add_thumbnails(self) -> None:
        """Leave a thumbnail with each screenshot, as if somebody had looked at every one."""
        for file in self.files():
            key = f"{file.parent.name}/{file.name}"
            if is_key(key) and not is_thumbnail(key):
                (file.parent.parent / thumbnail_key(key)).write_bytes(b"small")

    def prepare(self) -> None:
        """Bring the schema of the database up to date."""
        days = RetentionCalendar(clock=self.clock, zone=UTC, retention_days=30).partition_days()
        asyncio.run(upgrade(self.url or "", days))
        # The clock of a test may be anywhere, and the database's own must not be behind it.
        self.execute(
            "CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql STABLE"
            " AS $$SELECT '9999-01-01 00:00+00'::timestamptz$$"
        )

    def believe_clock(self) -> None:
        """Let the time of the clock be right, whatever the database knows."""
        self.sql(clock_evidence.confirm, self.clock.now())

    @contextmanager
    def reading(self, sql: str) -> Iterator[None]:
        """Hold a transaction open that has run *sql*, as a long report would."""
        loop = asyncio.new_event_loop()
        connection = loop.run_until_complete(self._connect())
        try:
            loop.run_until_complete(connection.execute("BEGIN; " + sql))
            yield
        finally:
            loop.run_until_complete(connection.close())
            loop.close()

    async def _connect(self) -> Connection:
        # A loaded machine may take its time.
        return await connect(self.url or "", command_seconds=None, connect_seconds=60)

    def sql(self, work: Callable[..., Awaitable[Any]], *arguments: Any, **named: Any) -> Any:
        """Return the result of *work* with a new connection and the arguments."""

        async def main() -> Any:
            connection = await self._connect()
            try:
                return await work(connection, *arguments, **named)
            finally:
                await connection.close()

        return asyncio.run(main())
