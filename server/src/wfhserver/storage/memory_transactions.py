"""The transactions of a storage in memory: nothing in them waits, so nothing can come between."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from wfhserver.models.agents import KnownAgent
from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.interface import (
    AdmittedAgent,
    AgentMoment,
    ApprovalState,
    EnrollmentBlock,
    HeartbeatChanges,
    PresenceChange,
)
from wfhserver.storage.memory_tables import MemoryAgent, MemoryTables


class MemoryEnrollment:
    """See EnrollmentVisit."""

    connection = None

    def __init__(self, storage: MemoryTables, token_hash: bytes, agent_uuid: UUID) -> None:
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

    async def find_block(
        self,
        request: EnrollmentRequest,  # noqa: ARG002 -- nobody is there who could block
    ) -> EnrollmentBlock | None:
        return None

    async def request_approval(
        self,
        request: EnrollmentRequest,  # noqa: ARG002 -- nobody is there who could approve
        at: datetime,  # noqa: ARG002
    ) -> ApprovalState:
        return ApprovalState.APPROVED

    async def admit(
        self,
        request: EnrollmentRequest,
        token_hash: bytes,
        at: datetime,  # noqa: ARG002 -- memory keeps no dates
        *,
        proof: bytes | None,
    ) -> AdmittedAgent:
        if self.token is not None and not self.known_by_this_token:
            counted = replace(self.token, uses=self.token.uses + 1)
            self._storage.tokens[self._token_hash] = counted
        agent = self._agent or self._new_agent(request, token_hash)
        if self._agent is not None:
            agent.previous_token_hash = proof or b""
            agent.token_hash = token_hash
        agent.enrolled_with = self._token_hash
        self._storage.on_arrival(request)
        return AdmittedAgent(agent_id=agent.agent_id, employee_id=0)

    def _new_agent(self, request: EnrollmentRequest, token_hash: bytes) -> MemoryAgent:
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


class MemoryRenaming:
    """See RenamingVisit."""

    connection = None

    def __init__(self, agent: MemoryAgent) -> None:
        self._agent = agent
        self.known: KnownAgent | None = agent.known_by(b"")

    async def rename(self, hostname: str) -> int:
        self._agent.hostname = hostname
        return 0


class MemoryHeartbeats:
    """See HeartbeatTransaction."""

    def __init__(self, storage: MemoryTables) -> None:
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

    async def slots_taken(self, days: Mapping[int, date]) -> dict[int, list[int]]:
        """See HeartbeatTransaction.slots_taken; memory takes everybody for who they say."""
        slots_of = self._storage.slots_of
        return {agent_id: slots_of(agent_id, workday) for agent_id, workday in days.items()}

    def _merge(self, change: PresenceChange, latest: datetime) -> None:
        storage = self._storage
        stored = storage.presence.get(change.agent_id)
        if stored is None or not change.last_seen < stored.last_seen <= latest:
            storage.presence[change.agent_id] = msgspec.structs.replace(change)
        storage.agents[change.agent_id - 1].last_seq = change.last_seq
