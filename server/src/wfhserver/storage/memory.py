"""A storage that forgets when the process ends; for the reference receiver and for tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from wfhserver.errors import AgentRevokedError
from wfhserver.models.agents import KnownAgent
from wfhserver.models.logs import LogOutcome
from wfhserver.storage.interface import (
    TEST_LOG_PERIOD,
    TEST_LOGS,
    ClockEvidence,
    LogRow,
    PresentedToken,
)
from wfhserver.storage.memory_tables import MemoryAgent, MemoryTables
from wfhserver.storage.memory_transactions import (
    MemoryEnrollment,
    MemoryHeartbeats,
    MemoryRenaming,
)
from wfhserver.tokens import hash_of


@dataclass(slots=True)
class MemoryStorage(MemoryTables):
    """See IngestStorage."""

    async def open(self) -> None:
        """Do nothing: memory is always there."""

    async def close(self) -> None:
        """Do nothing."""

    async def check(self, today: date) -> None:
        """Return: memory can always store."""

    async def clock_evidence(self) -> ClockEvidence:
        """Return nothing: what ends with the process knows no earlier time."""
        return ClockEvidence()

    async def bound_last_seen(self, now: datetime) -> int:
        """See IngestStorage.bound_last_seen."""
        ahead = [each for each in self.presence.values() if each.last_seen > now]
        for each in ahead:
            each.last_seen = now
        return len(ahead)

    async def make_partitions(self, days: Sequence[date]) -> int:  # noqa: ARG002
        """Make none: there are no days in memory."""
        return 0

    def add_enrollment_token(
        self,
        token: str,
        *,
        use_limit: int | None = None,
        expires_at: datetime | None = None,
        revoked: bool = False,
    ) -> None:
        """Accept *token* for enrollments from now on."""
        self.tokens[hash_of(token)] = PresentedToken(
            token_id=len(self.tokens) + 1,
            expires_at=expires_at,
            use_limit=use_limit,
            uses=0,
            revoked=revoked,
        )

    def add_agent(
        self, token: str, *, username: str, hostname: str, agent_uuid: UUID | None = None
    ) -> MemoryAgent:
        """Accept *token* as that of a new agent."""
        agent = MemoryAgent(
            len(self.agents) + 1, agent_uuid or uuid4(), username, hostname, hash_of(token)
        )
        self.agents.append(agent)
        return agent

    def revoke_agent(self, token: str) -> None:
        """Revoke the agent of *token*."""
        agent = self.agent_of(hash_of(token))
        if agent is not None:
            agent.revoked = True

    @asynccontextmanager
    async def enrolling(
        self, token_hash: bytes, agent_uuid: UUID
    ) -> AsyncIterator[MemoryEnrollment]:
        """See IngestStorage.enrolling."""
        yield MemoryEnrollment(self, token_hash, agent_uuid)

    @asynccontextmanager
    async def renaming(self, agent_id: int) -> AsyncIterator[MemoryRenaming]:
        """See IngestStorage.renaming."""
        yield MemoryRenaming(self.agents[agent_id - 1])

    async def find_agent(self, token_hash: bytes) -> KnownAgent | None:
        """See IngestStorage.find_agent."""
        agent = self.agent_of(token_hash)
        if agent is None:
            return None
        known = agent.known_by(token_hash)
        if known.confirms:
            agent.previous_token_hash = None
        return known

    @asynccontextmanager
    async def heartbeats(self) -> AsyncIterator[MemoryHeartbeats]:
        """See IngestStorage.heartbeats; nothing of it waits, so nothing can come between."""
        yield MemoryHeartbeats(self)

    async def nodes_of(self, token_hashes: Sequence[bytes]) -> Mapping[bytes, int]:  # noqa: ARG002
        """Return none: memory has no nodes."""
        return {}

    async def check_log(self, log: LogRow) -> LogOutcome:
        """See IngestStorage.check_log."""
        agents = self.same_device(log.agent_id)
        found = [row for row in self.logs if row.slot == log.slot and row.agent_id in agents]
        same = (log.agent_id, log.workday, log.timestamp)
        if any((row.agent_id, row.workday, row.timestamp) == same for row in found):
            return LogOutcome.DUPLICATE
        if log.slot > 0:
            taken = any(row.workday == log.workday for row in found)
            return LogOutcome.SLOT_TAKEN if taken else LogOutcome.STORED
        since = log.received_at - TEST_LOG_PERIOD
        recent = [row for row in found if row.received_at > since]
        return LogOutcome.TEST_LIMIT if len(recent) >= TEST_LOGS else LogOutcome.STORED

    async def add_log(self, log: LogRow) -> LogOutcome:
        """See IngestStorage.add_log; nothing of it waits, so nothing can come between."""
        if any(agent.revoked for agent in self.agents if agent.agent_id == log.agent_id):
            raise AgentRevokedError(f"Agent {log.agent_id} was revoked while its log arrived.")
        outcome = await self.check_log(log)
        if outcome is LogOutcome.STORED:
            self.logs.append(log)
            self.on_arrival(log)
        return outcome
