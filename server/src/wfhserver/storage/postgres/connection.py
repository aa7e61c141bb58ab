"""Connections to PostgreSQL, and what its errors mean to the rest of the server."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from wfhserver.errors import (
    BatchRejectedError,
    DatabaseRefusedError,
    DatabaseUnavailableError,
    MissingPartitionError,
    WfhserverError,
)

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

POOLED = (
    "A connection pooler gives each transaction another connection, and this server needs one for"
    " each session. Set pool_mode = session in PgBouncer."
)

# The process of PostgreSQL that runs this very statement.
BACKEND = "SELECT pg_backend_pid()"

# PgBouncer takes these when a connection is made, and refuses every other.
_AT_START = {"application_name": "wfhserver", "timezone": "UTC"}
# Every statement of this server is short; compiling it would take longer than running it.
_SESSION = {"jit": "off"}


# TimeoutError is an OSError.
_FAILURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what asyncpg raises into the errors of the server."""
    try:
        yield
    except _FAILURES as error:
        raise _translation_of(error) from error


def _translation_of(error: Exception) -> WfhserverError:
    match error:
        case asyncpg.DataError() | asyncpg.IntegrityConstraintViolationError():
            return _refused_rows(error)
        case PermissionError():
            where = error.filename or "the database's socket"
            return DatabaseUnavailableError(
                f"This user may not read {where}, which connecting to the database needs. Open it,"
                " or set HOME to a folder of this user."
            )
        case asyncpg.InvalidSQLStatementNameError() | asyncpg.DuplicatePreparedStatementError():
            return DatabaseUnavailableError(POOLED)
        case asyncpg.UndefinedTableError():
            return DatabaseUnavailableError(
                "The database has no schema, or an older one. Run `wfhserver db upgrade`."
            )
        case asyncpg.InsufficientResourcesError() | asyncpg.ReadOnlySQLTransactionError():
            return DatabaseRefusedError(
                f"The database is full or read-only ({type(error).__name__}). Try again later."
            )
    return DatabaseUnavailableError(
        f"The database cannot be used at the moment ({type(error).__name__}). Try again."
    )


def _refused_rows(error: asyncpg.PostgresError) -> WfhserverError:
    # Not its message: that quotes the rows, and this one goes into the journal.
    if isinstance(error, asyncpg.CheckViolationError) and error.constraint_name is None:
        return MissingPartitionError(
            f"The database has no partition of {error.table_name} for the day of a row."
        )
    where = getattr(error, "constraint_name", None) or getattr(error, "table_name", None)
    return BatchRejectedError(
        f"PostgreSQL refused the rows ({type(error).__name__}, {where or 'no constraint'})."
    )


async def connect(
    url: str,
    *,
    command_seconds: float | None = COMMAND_SECONDS,
    connect_seconds: float = _CONNECT_SECONDS,
    settings: Mapping[str, str] = _SESSION,
) -> Connection:
    """Return a connection of its own, outside any pool; *settings* are PostgreSQL's.

    *command_seconds* limits each statement; None limits none, for work that takes as long as it
    takes. It must be said here: to asyncpg, `timeout=None` at a statement means this limit.
    """
    connection = await asyncpg.connect(
        url,
        timeout=connect_seconds,
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

    async def open(self) -> None:
        """Make the pool; connects only when a connection is asked for."""
        self._pool = await asyncpg.create_pool(
            self.url,
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
                async with self._pool.acquire(timeout=_ACQUIRE_SECONDS) as connection:
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
    async def patient(self) -> AsyncIterator[Connection]:
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
