"""The connection that writes heartbeats: one for each worker, one commit for each batch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg

from wfhserver.storage.postgres.connection import BACKEND, COMMAND_SECONDS, Connection, connect
from wfhserver.storage.postgres.distribution import is_distributed
from wfhserver.storage.postgres.heartbeats import PostgresHeartbeats
from wfhserver.storage.postgres.partitions import HEARTBEATS
from wfhserver.storage.postgres.translation import translated

_HAS_PARTITION = "SELECT to_regclass($1) IS NOT NULL"
# Each statement is planned as a search by index for each heartbeat of a batch: right for a fleet of
# any size, and in the order of the batch, so that two workers do not wait for each other.
_PLANS = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
}
_PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"
# For Citus, which has no plan for INSERT ... SELECT FROM unnest() without the values.
_PLAN_WITH_VALUES = "SET plan_cache_mode = force_custom_plan"


class HeartbeatWriter:
    """One connection that is made when it is needed and thrown away when it fails."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._in_use = asyncio.Lock()
        self._statuses: dict[str, int] = {}
        self._is_distributed = False

    async def close(self) -> None:
        """Close the connection, waiting for nobody."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["PostgresHeartbeats"]:
        """See IngestStorage.heartbeats. One at a time: a connection holds one transaction."""
        with translated():
            async with self._borrowed() as connection, AsyncExitStack() as stack:
                current = PostgresHeartbeats(
                    connection,
                    dict(self._statuses),
                    stack,
                    is_distributed=self._is_distributed,
                )
                yield current
            self._statuses = current.statuses

    async def rehearse(self, latest: datetime) -> None:
        """Run the statements of a batch without a heartbeat, and ask every node of the database.

        Raises what a batch would: StatementRefusedError, NodeUnavailableError, ...
        """
        with translated():
            async with asyncio.timeout(COMMAND_SECONDS), self.transaction() as transaction:
                await transaction.rehearse(latest)

    async def has_partition(self, day: date) -> bool:
        """Return whether the very connection that writes sees a partition of *day*."""
        return bool(await self._fetch_value(_HAS_PARTITION, f"{HEARTBEATS}_{day:%Y%m%d}"))

    async def backend(self) -> int:
        """Return the process of PostgreSQL that serves the connection that writes."""
        return int(await self._fetch_value(BACKEND))

    async def _fetch_value(self, query: str, *arguments: str) -> Any:
        with translated():
            async with asyncio.timeout(COMMAND_SECONDS), self._borrowed() as connection:
                return await connection.fetchval(query, *arguments)

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Connection]:
        async with self._in_use:
            try:
                yield await self._ready_connection()
            except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
                raise
            except BaseException:
                # In whatever state it is: a new one is certain.
                await self.close()
                raise

    async def _ready_connection(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url, settings=_PLANS)
            self._is_distributed = await is_distributed(self._connection)
            plans = _PLAN_WITH_VALUES if self._is_distributed else _PLAN_ONCE
            await self._connection.execute(plans)
        return self._connection
