"""PostgreSQL behind the interface of the services."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, time
from uuid import UUID

from wfhserver.errors import DatabaseUnavailableError, MissingPartitionError
from wfhserver.models.agents import KnownAgent
from wfhserver.models.logs import LogOutcome
from wfhserver.storage.interface import (
    ClockEvidence,
    EnrollmentVisit,
    HeartbeatTransaction,
    LogRow,
    RenamingVisit,
)
from wfhserver.storage.postgres import (
    agents,
    clock_evidence,
    distribution,
    enrollment,
    logs,
    renaming,
    sample,
    states,
)
from wfhserver.storage.postgres.connection import BACKEND, COMMAND_SECONDS, AnyConnection, Database
from wfhserver.storage.postgres.heartbeat_writer import HeartbeatWriter
from wfhserver.storage.postgres.migrate import (
    CURRENT_REVISION,
    ENCODING,
    encoding_problem,
    newest_revision,
)
from wfhserver.storage.postgres.partitions import make_partitions
from wfhserver.storage.postgres.retention import PostgresRetention, exclusive_retention
from wfhserver.storage.postgres.translation import POOLED

_STATE = f"""
SELECT ({CURRENT_REVISION}), ({ENCODING}), current_setting('transaction_read_only')::boolean,
       pg_backend_pid()
"""
_POOLER_PROBES = 10


class PostgresStorage:
    """See IngestStorage."""

    def __init__(
        self, url: str, *, connections: int, command_seconds: float | None = COMMAND_SECONDS
    ) -> None:
        self._database = Database(url, connections=connections, command_seconds=command_seconds)
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

    async def check(self, today: date) -> None:
        """See IngestStorage.check; asks over the pool and over the writer's connection."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_STATE)
            assert row is not None  # noqa: S101 -- of one row
            revision, encoding, is_read_only, backend = row
            if is_read_only:
                await self._database.renew()
            problem = _problem_with(revision, encoding, is_read_only=is_read_only)
            if problem is not None:
                raise DatabaseUnavailableError(problem)
            has_partition = await self._writer.has_partition(today)
            await self._writer.rehearse(datetime.combine(today, time(), UTC))
            # A pooler makes up the number that PostgreSQL itself gives when a session begins.
            if connection.get_server_pid() != backend:
                await self._check_pooler(connection, backend)
        if not has_partition:
            raise MissingPartitionError(f"The database has no partition for {today}.")

    async def _check_pooler(self, connection: AnyConnection, backend: int) -> None:
        """Raise DatabaseUnavailableError when two sessions share a process of PostgreSQL.

        Asked repeatedly: which process serves a statement also depends on what else is running.
        """
        for _ in range(_POOLER_PROBES):
            writing = await self._writer.backend()
            if writing == backend or await connection.fetchval(BACKEND) != backend:
                raise DatabaseUnavailableError(POOLED)

    async def clock_evidence(self) -> ClockEvidence:
        """See IngestStorage.clock_evidence."""
        return await clock_evidence.read(self._database)

    async def bound_last_seen(self, now: datetime) -> int:
        """See IngestStorage.bound_last_seen."""
        return await clock_evidence.bound_last_seen(self._database, now)

    async def make_partitions(self, days: Sequence[date]) -> int:
        """See IngestStorage.make_partitions."""
        async with self._database.connection() as connection:
            return await make_partitions(connection, days)

    @asynccontextmanager
    async def enrolling(
        self, token_hash: bytes, agent_uuid: UUID
    ) -> AsyncIterator[EnrollmentVisit]:
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

    async def nodes_of(self, token_hashes: Sequence[bytes]) -> Mapping[bytes, int]:
        """See IngestStorage.nodes_of."""
        async with self._database.connection() as connection:
            return await distribution.nodes_of(connection, token_hashes)

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

    async def is_sample(self) -> bool:
        """Tell whether what is on record was made up; see `sample.is_sample`."""
        async with self._database.connection() as connection:
            return await sample.is_sample(connection)

    def retention(self) -> AbstractAsyncContextManager[PostgresRetention | None]:
        """Begin forgetting; None when another worker is at it."""
        return exclusive_retention(self._database)


def _problem_with(revision: str | None, encoding: str, *, is_read_only: bool) -> str | None:
    if revision is None or revision < newest_revision():
        return (
            f"The database has schema {revision}, this server needs {newest_revision()}."
            " Run `wfhserver db upgrade`."
        )
    if is_read_only:
        return "The database is read-only: a standby, or it was set so. Nothing can be stored."
    return encoding_problem(encoding)
