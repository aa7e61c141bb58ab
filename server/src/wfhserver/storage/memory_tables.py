"""What a storage in memory has: tables as lists, and what is looked up in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from wfhserver.models.agents import KnownAgent
from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.interface import HeartbeatChanges, LogRow, PresenceChange, PresentedToken

Arrival = EnrollmentRequest | HeartbeatChanges | LogRow


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
    calendar_revision: int = 0

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
            calendar_revision=self.calendar_revision,
        )


@dataclass(slots=True)
class MemoryTables:
    """The lists; *on_arrival* is called with each thing that was stored."""

    on_arrival: Callable[[Arrival], None] = lambda _: None
    heartbeat_rows: list[tuple[datetime, int, str]] = field(default_factory=list)
    presence: dict[int, PresenceChange] = field(default_factory=dict)
    logs: list[LogRow] = field(default_factory=list)
    tokens: dict[bytes, PresentedToken] = field(default_factory=dict)
    agents: list[MemoryAgent] = field(default_factory=list)

    def agent_of(self, token_hash: bytes) -> MemoryAgent | None:
        """Return the agent whose new or older token this is."""
        for agent in self.agents:
            if token_hash in (agent.token_hash, agent.previous_token_hash):
                return agent
        return None

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
