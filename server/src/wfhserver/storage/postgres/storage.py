"""PostgreSQL behind the interface of the services."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from uuid import UUID

from wfhserver.errors import DatabaseUnavailableError
from wfhserver.storage.interface import (
    EnrolmentVisit,
    HeartbeatTransaction,
    KnownAgent,
    LogOutcome,
    LogRow,
    RenamingVisit,
)
from wfhserver.storage.postgres import agents, enrollment, logs, renaming, states
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.heartbeats import HeartbeatWriter
from wfhserver.storage.postgres.migrate import CURRENT_REVISION, newest_revision
from wfhserver.storage.postgres.retention import PostgresRetention, exclusive_retention

_IS_READ_ONLY = "SELECT current_setting('transaction_read_only')::boolean"


class PostgresStorage:
    """See IngestStorage."""

    def __init__(self, url: str, *, connections: int) -> None:
        self._database = Database(url, connections=connections)
        self._writer = HeartbeatWriter(url)

    @property
    def database(self) -> Database:
        """The pool, for what only PostgreSQL can do: accounts, the dashboard, the audit."""
        return self._database

    async def open(self) -> None:
        """See IngestStorage.open."""
        await self._database.open()

    async def close(self) -> None:
        """See IngestStorage.close."""
        await self._writer.close()
        await self._database.close()

    async def check(self) -> None:
        """See IngestStorage.check; DatabaseUnavailableError also when the schema is older."""
        async with self._database.connection() as connection:
            revision = await connection.fetchval(CURRENT_REVISION)
            is_read_only = await connection.fetchval(_IS_READ_ONLY)
        if revision != newest_revision():
            raise DatabaseUnavailableError(
                f"The database has schema {revision}, this server needs {newest_revision()}."
                " Run `wfhserver db upgrade`."
            )
        if is_read_only:
            raise DatabaseUnavailableError(
                "The database is read-only: a standby, or it was set so. Nothing can be stored."
            )

    @asynccontextmanager
    async def enrolling(self, token_hash: bytes, agent_uuid: UUID) -> AsyncIterator[EnrolmentVisit]:
        """See IngestStorage.enrolling."""
        async with enrollment.enrolling(self._database, token_hash, agent_uuid) as visit:
            yield visit

    @asynccontextmanager
    async def renaming(self, agent_id: int) -> AsyncIterator[RenamingVisit]:
        """See IngestStorage.renaming."""
        async with renaming.renaming(self._database, agent_id) as visit:
            yield visit

    async def find_agent(self, token_hash: bytes) -> KnownAgent | None:
        """See IngestStorage.find_agent."""
        return await agents.find_agent(self._database, token_hash)

    @asynccontextmanager
    async def heartbeats(self) -> AsyncIterator[HeartbeatTransaction]:
        """See IngestStorage.heartbeats."""
        async with self._writer.transaction() as transaction:
            yield transaction

    async def check_log(self, log: LogRow) -> LogOutcome:
        """See IngestStorage.check_log."""
        return await logs.check_log(self._database, log)

    async def add_log(self, log: LogRow) -> LogOutcome:
        """See IngestStorage.add_log."""
        return await logs.add_log(self._database, log)

    async def count_agents(self, online_since: datetime, overdue_since: datetime) -> dict[str, int]:
        """See states.count_agents."""
        return await states.count_agents(
            self._database, online_since=online_since, overdue_since=overdue_since
        )

    def retention(self) -> AbstractAsyncContextManager[PostgresRetention | None]:
        """Begin forgetting; None when another worker is at it."""
        return exclusive_retention(self._database)
