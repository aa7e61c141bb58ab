"""Connections to PostgreSQL, and what its errors mean to the rest of the server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from wfhserver.errors import BatchRejectedError, DatabaseRefusedError, DatabaseUnavailableError

# Generic for the type checker only, so these stay text.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
AnyConnection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
)

# An agent waits and comes again: a short refusal serves it better than a long hope.
_CONNECT_SECONDS = 2.0
_ACQUIRE_SECONDS = 2.0
_COMMAND_SECONDS = 10.0

_SERVER_SETTINGS = {
    "application_name": "wfhserver",
    "timezone": "UTC",
    # Every statement of this server is short; compiling it would take longer than running it.
    "jit": "off",
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn what asyncpg raises into the errors of the server."""
    try:
        yield
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        # Not its message: that quotes the rows, and this one goes into the journal.
        where = getattr(error, "constraint_name", None) or getattr(error, "table_name", None)
        raise BatchRejectedError(
            f"PostgreSQL refused the rows ({type(error).__name__}, {where or 'no constraint'})."
        ) from error
    except asyncpg.UndefinedTableError as error:
        raise DatabaseUnavailableError(
            "The database has no schema, or an older one. Run `wfhserver db upgrade`."
        ) from error
    except (asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError) as error:
        raise DatabaseRefusedError(
            f"The database is full or read-only ({type(error).__name__}). Try again later."
        ) from error
    except (
        OSError,
        TimeoutError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ) as error:
        raise DatabaseUnavailableError(
            f"The database cannot be used at the moment ({type(error).__name__}). Try again."
        ) from error


async def connect(url: str, **settings: str) -> Connection:
    """Return a connection of its own, outside any pool; *settings* are PostgreSQL's."""
    return await asyncpg.connect(
        url,
        timeout=_CONNECT_SECONDS,
        command_timeout=_COMMAND_SECONDS,
        server_settings={**_SERVER_SETTINGS, **settings},
    )


class Database:
    """A pool of connections that comes back by itself when PostgreSQL does."""

    def __init__(self, url: str, *, connections: int) -> None:
        self.url = url
        self._connections = connections
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Make the pool; connects only when a connection is asked for."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=0,
            max_size=self._connections,
            timeout=_CONNECT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            server_settings=_SERVER_SETTINGS,
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
            async with self._pool.acquire(timeout=_ACQUIRE_SECONDS) as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AnyConnection]:
        """Lend a connection in a transaction, committed when the context ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection
