"""A storage that forgets when the process ends; for the reference receiver and for tests."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from wfhserver.errors import AgentGoneError
from wfhserver.models.agents import KnownAgent
from wfhserver.models.logs import LogOutcome
from wfhserver.payload import EnrolmentRequest
from wfhserver.storage.interface import (
    TEST_LOG_PERIOD,
    TEST_LOGS,
    Admitted,
    AgentMoment,
    ClockEvidence,
    HeartbeatChanges,
    LogRow,
    PresenceChange,
    PresentedToken,
    Waiting,
)
from wfhserver.tokens import hash_of

Arrival = EnrolmentRequest | HeartbeatChanges | LogRow


@dataclass(slots=True)
class MemoryAgent:
    """An agent and its tokens; the older one is empty until any of them was used."""

    agent_id: int
    agent_uuid: UUID
    username: str
    hostname: str
    token_hash: bytes
    previous_token_hash: bytes | None = None
    enrolled_with: bytes | None = None
    revoked: bool = False
    last_seq: int | None = None

    def known_by(self, token_hash: bytes) -> KnownAgent:
        """Return what a request with this token may know."""
        return KnownAgent(
            agent_id=self.agent_id,
            agent_uuid=self.agent_uuid,
            username=self.username,
            hostname=self.hostname,
            revoked=self.revoked,
            confirms=token_hash == self.token_hash and self.previous_token_hash is not None,
            last_seq=self.last_seq,
        )


@dataclass(slots=True)
class MemoryStorage:
    """Keeps everything in lists; *on_arrival* hears of each thing that was stored."""

    on_arrival: Callable[[Arrival], None] = lambda _: None
    heartbeat_rows: list[tuple[datetime, int, str]] = field(default_factory=list)
    presence: dict[int, PresenceChange] = field(default_factory=dict)
    logs: list[LogRow] = field(default_factory=list)
    tokens: dict[bytes, PresentedToken] = field(default_factory=dict)
    agents: list[MemoryAgent] = field(default_factory=list)

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

    def agent_of(self, token_hash: bytes) -> MemoryAgent | None:
        """Return the agent whose new or older token this is."""
        for agent in self.agents:
            if token_hash in (agent.token_hash, agent.previous_token_hash):
                return agent
        return None

    @asynccontextmanager
    async def enrolling(self, token_hash: bytes, agent_uuid: UUID) -> AsyncIterator["_MemoryVisit"]:
        """See IngestStorage.enrolling."""
        yield _MemoryVisit(self, token_hash, agent_uuid)

    @asynccontextmanager
    async def renaming(self, agent_id: int) -> AsyncIterator["_MemoryRenaming"]:
        """See IngestStorage.renaming."""
        yield _MemoryRenaming(self.agents[agent_id - 1])

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
    async def heartbeats(self) -> AsyncIterator["_MemoryTransaction"]:
        """See IngestStorage.heartbeats; nothing of it waits, so nothing can come between."""
        yield _MemoryTransaction(self)

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
            raise AgentGoneError(f"Agent {log.agent_id} was revoked while its log arrived.")
        outcome = await self.check_log(log)
        if outcome is LogOutcome.STORED:
            self.logs.append(log)
            self.on_arrival(log)
        return outcome

    def slots_of(self, agent_id: int, workday: date) -> list[int]:
        """Return the slots of *workday* that agents with its person and host have filled."""
        agents = self.same_device(agent_id)
        found = {x.slot for x in self.logs if x.agent_id in agents and x.workday == workday}
        return sorted(found - {0})

    def same_device(self, agent_id: int) -> set[int]:
        """Return the agents with the person and the host of *agent_id*."""
        me = self.agents[agent_id - 1]
        return {
            agent.agent_id
            for agent in self.agents
            if (agent.username, agent.hostname) == (me.username, me.hostname)
        }


class _MemoryVisit:
    connection = None

    def __init__(self, storage: MemoryStorage, token_hash: bytes, agent_uuid: UUID) -> None:
        self._storage = storage
        self._token_hash = token_hash
        self._agent = next((a for a in storage.agents if a.agent_uuid == agent_uuid), None)
        self.token = storage.tokens.get(token_hash)
        self.known = None if self._agent is None else self._agent.known_by(b"")
        self.known_by_this_token = (
            self._agent is not None and self._agent.enrolled_with == token_hash
        )
        self.never_used = self._agent is not None and self._agent.previous_token_hash == b""

    def is_proof(self, token_hash: bytes) -> bool:
        agent = self._agent
        if agent is None or agent.revoked:
            return False
        return token_hash in (agent.token_hash, agent.previous_token_hash)

    async def blocked_employee(
        self,
        request: EnrolmentRequest,  # noqa: ARG002 -- nobody is there who could block
    ) -> int | None:
        return None

    async def ask(
        self,
        request: EnrolmentRequest,  # noqa: ARG002 -- nobody is there who could approve
        at: datetime,  # noqa: ARG002
    ) -> Waiting:
        return Waiting.APPROVED

    async def admit(
        self,
        request: EnrolmentRequest,
        token_hash: bytes,
        at: datetime,  # noqa: ARG002 -- memory keeps no dates
        *,
        proof: bytes | None,
    ) -> Admitted:
        if self.token is not None and not self.known_by_this_token:
            counted = replace(self.token, uses=self.token.uses + 1)
            self._storage.tokens[self._token_hash] = counted
        agent = self._agent or self._new_agent(request, token_hash)
        if self._agent is not None:
            agent.previous_token_hash = proof or b""
            agent.token_hash = token_hash
        agent.enrolled_with = self._token_hash
        self._storage.on_arrival(request)
        return Admitted(agent_id=agent.agent_id, employee_id=0)

    def _new_agent(self, request: EnrolmentRequest, token_hash: bytes) -> MemoryAgent:
        storage = self._storage
        agent = MemoryAgent(
            len(storage.agents) + 1,
            request.agent_id,
            request.username,
            request.hostname,
            token_hash,
            previous_token_hash=b"",
        )
        storage.agents.append(agent)
        return agent

    async def slots_taken(self, workday: date) -> list[int]:
        known = None if self.known is None else self.known.agent_id
        logs = [x for x in self._storage.logs if (x.agent_id, x.workday) == (known, workday)]
        return sorted({x.slot for x in logs} - {0})


class _MemoryRenaming:
    connection = None

    def __init__(self, agent: MemoryAgent) -> None:
        self._agent = agent
        self.known: KnownAgent | None = agent.known_by(b"")

    async def rename(self, hostname: str) -> int:
        self._agent.hostname = hostname
        return 0


class _MemoryTransaction:
    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage

    async def find_agents(
        self,
        token_hashes: list[bytes],
        *,
        locked: bool = False,  # noqa: ARG002 -- nothing can come between
    ) -> dict[bytes, KnownAgent]:
        found = {token_hash: self._storage.agent_of(token_hash) for token_hash in token_hashes}
        return {key: agent.known_by(key) for key, agent in found.items() if agent is not None}

    async def stored_moments(self, moments: Collection[AgentMoment]) -> set[AgentMoment]:
        stored = {(agent_id, moment) for moment, agent_id, _ in self._storage.heartbeat_rows}
        return stored.intersection(moments)

    async def apply(self, changes: HeartbeatChanges) -> set[int]:
        storage = self._storage
        storage.heartbeat_rows.extend(
            zip(changes.timestamps, changes.agent_ids, changes.statuses, strict=True)
        )
        for change in changes.presence:
            self._merge(change, changes.latest)
        for agent_id in changes.confirmed:
            storage.agents[agent_id - 1].previous_token_hash = None
        if changes.timestamps:
            storage.on_arrival(changes)
        return set()

    async def slots_taken(self, asked: Mapping[int, date]) -> dict[int, list[int]]:
        """See HeartbeatTransaction.slots_taken; memory takes everybody for who they say."""
        slots_of = self._storage.slots_of
        return {agent_id: slots_of(agent_id, workday) for agent_id, workday in asked.items()}

    def _merge(self, change: PresenceChange, latest: datetime) -> None:
        storage = self._storage
        kept = storage.presence.get(change.agent_id)
        if kept is None or not change.last_seen < kept.last_seen <= latest:
            storage.presence[change.agent_id] = msgspec.structs.replace(change)
        storage.agents[change.agent_id - 1].last_seq = change.last_seq
