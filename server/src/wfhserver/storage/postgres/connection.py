"""Connections to PostgreSQL."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from wfhserver.errors import DatabaseUnavailableError
from wfhserver.storage.postgres import hosts
from wfhserver.storage.postgres.translation import translated

# Generic for the type checker only, so these stay text.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
AnyConnection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
)

# asyncpg's class is generic for the type checker only.
if TYPE_CHECKING:
    _Base = asyncpg.Connection[asyncpg.Record]
else:
    _Base = asyncpg.Connection

# An agent waits and comes again: a short refusal serves it better than a long hope.
_CONNECT_SECONDS = 2.0
_ACQUIRE_SECONDS = 2.0
COMMAND_SECONDS = 10.0
_PATIENT_SECONDS = 6 * 3600.0

# The process of PostgreSQL that runs this very statement.
BACKEND = "SELECT pg_backend_pid()"

# PgBouncer takes these when a connection is made, and refuses every other.
_AT_START = {"application_name": "wfhserver", "timezone": "UTC"}
# Every statement of this server is short; compiling it would take longer than running it. The other
# three are for Citus, and mean nothing to PostgreSQL alone. More than one connection to each node
# made storing heartbeats ten times slower, and hiding shards from pg_class made asyncpg's look at
# types take 0.8 s in each session. A node that is away must not hold up the agents on others.
_SESSION = {
    "jit": "off",
    "citus.max_adaptive_executor_pool_size": "1",
    "citus.override_table_visibility": "off",
    "citus.node_connection_timeout": "2s",
}


async def connect(
    url: str,
    *,
    command_seconds: float | None = COMMAND_SECONDS,
    connect_seconds: float | None = None,
    settings: Mapping[str, str] = _SESSION,
) -> Connection:
    """Return a new connection, outside any pool; *settings* are PostgreSQL's.

    *command_seconds* limits each statement; None limits none, for work that takes as long as it
    takes. It must be set here: to asyncpg, `timeout=None` at a statement means this limit.
    *connect_seconds* limits connecting to each host of *url*; by default 2.
    """
    connection: Connection = await hosts.connect(
        url,
        timeout=connect_seconds or _CONNECT_SECONDS,
        command_timeout=command_seconds,
        server_settings=_AT_START,
    )
    try:
        await connection.execute(_set({**_SESSION, **settings}))
    except BaseException:
        connection.terminate()
        raise
    return connection


class Database:
    """A pool of connections that comes back by itself when PostgreSQL does.

    *command_seconds* as `connect` takes it.
    """

    def __init__(
        self, url: str, *, connections: int, command_seconds: float | None = COMMAND_SECONDS
    ) -> None:
        self.url = url
        self._connections = connections
        self._command_seconds = command_seconds
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        # A host that stays silent must leave time for the next one.
        more_hosts = len(hosts.hosts_of(url)) - 1
        self._acquire_seconds = _ACQUIRE_SECONDS + more_hosts * _CONNECT_SECONDS

    async def open(self) -> None:
        """Make the pool; connects only when a connection is asked for."""
        self._pool = await asyncpg.create_pool(
            self.url,
            # Its type has a name in asyncpg's stubs only.
            connect=cast("Any", hosts.connect),
            min_size=0,
            max_size=self._connections,
            connection_class=_PooledConnection,
            init=_begin_session,
            timeout=_CONNECT_SECONDS,
            command_timeout=self._command_seconds,
            server_settings=_AT_START,
        )

    async def close(self) -> None:
        """Close every connection, waiting for nobody."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AnyConnection]:
        """Lend a connection; DatabaseUnavailableError when there is none soon."""
        if self._pool is None:
            raise DatabaseUnavailableError("The database is closed.")
        with translated():
            try:
                async with self._pool.acquire(timeout=self._acquire_seconds) as connection:
                    yield connection
            except asyncpg.ReadOnlySQLTransactionError:
                # Each was opened while the database was read-only, and stays so for its life.
                await self.renew()
                raise

    async def renew(self) -> None:
        """Replace every connection by a new one when it is next asked for."""
        if self._pool is not None:
            await self._pool.expire_connections()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AnyConnection]:
        """Lend a connection in a transaction, committed when the context ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def without_timeout(self) -> AsyncIterator[Connection]:
        """Make a connection outside the pool, whose statements may take hours but wait for nobody.

        A limit there is: behind a network that is gone, work without one would never end.
        """
        with translated():
            connection = await connect(
                self.url, command_seconds=_PATIENT_SECONDS, settings={"lock_timeout": "1min"}
            )
            try:
                yield connection
                await connection.close(timeout=_CONNECT_SECONDS)
            finally:
                # Waits for nobody; nothing happens when it is closed.
                connection.terminate()


class _PooledConnection(_Base):
    """Keeps the settings of the session through the reset between two users."""

    def get_reset_query(self) -> str:
        return f"{super().get_reset_query()}\n{_set(_SESSION)}"


async def _begin_session(connection: AnyConnection) -> None:
    await connection.execute(_set(_SESSION))


def _set(settings: Mapping[str, str]) -> str:
    return "".join(f"SET {name} = '{value}';" for name, value in settings.items())
