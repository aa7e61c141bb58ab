"""What a storage offers to the services, and the values that travel there."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

import msgspec

from wfhserver.models.agents import KnownAgent
from wfhserver.models.logs import LogOutcome
from wfhserver.payload import EnrollmentRequest, LatestFacts
from wfhserver.storage.postgres.connection import AnyConnection

# An agent's number, and when.
AgentMoment = tuple[int, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class PresentedToken:
    """An enrollment token, its row locked until the visit ends."""

    token_id: int
    expires_at: datetime | None
    use_limit: int | None
    uses: int
    revoked: bool
    needs_approval: bool = False


class ApprovalState(StrEnum):
    """Whether a device has the approval that its enrollment token requires."""

    APPROVED = "approved"
    WAITS = "waits"
    FULL = "full"
    """Too many others wait with the same token, and this device was not added to them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdmittedAgent:
    """The agent that an enrollment made or renewed, and its employee."""

    agent_id: int
    employee_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrollmentBlock:
    """What keeps a device from enrolling.

    *is_erased*: the block is of somebody who was erased; *employee_id* has the name by now, if
    anybody has.
    """

    block_id: int
    employee_id: int | None
    is_erased: bool


class EnrollmentVisit(Protocol):
    """One enrollment, in one transaction.

    *known* is the agent that bears the `agent_id` of the request already, *known_by_this_token*
    says that it came with the same enrollment token, *never_used* that it has used no token of its
    own so far.
    """

    token: PresentedToken | None
    known: KnownAgent | None
    known_by_this_token: bool
    never_used: bool

    @property
    def connection(self) -> "AnyConnection | None":
        """Return what holds the transaction; None where there is no audit log to write to."""

    def is_proof(self, token_hash: bytes) -> bool:
        """Tell whether this is a valid token of the known agent."""

    async def find_block(self, request: EnrollmentRequest) -> EnrollmentBlock | None:
        """Return the block of this device, or of every one under this name; None without one."""

    async def request_approval(self, request: EnrollmentRequest, at: datetime) -> ApprovalState:
        """Tell whether this new device may come in; if not, note that it waits for approval."""

    async def admit(
        self, request: EnrollmentRequest, token_hash: bytes, at: datetime, *, proof: bytes | None
    ) -> AdmittedAgent:
        """Store a new agent with its token, or give the known one a new token.

        *proof* is the hash of the known agent's token that came with the request: it stays valid
        until the new one is used.
        """

    async def slots_taken(self, workday: date) -> list[int]:
        """Return the slots of *workday* that the known agent has filled."""


class RenamingVisit(Protocol):
    """One renaming, in one transaction; *known* is the agent, locked until the end."""

    known: KnownAgent | None

    @property
    def connection(self) -> "AnyConnection | None":
        """Return what holds the transaction; None where there is no audit log to write to."""

    async def rename(self, hostname: str) -> int:
        """Store the new name of the agent's device; return the employee.

        An agent that takes the name of another device of that employee is confirmed no more.
        """


_NO_FACTS: Final = LatestFacts()


class PresenceChange(msgspec.Struct):
    """What a batch does to one agent's row of presence; JSON travels as text.

    *known_seq* is the `last_seq` that the agent was found with.
    """

    agent_id: int
    last_seen: datetime
    status: str
    skew_seconds: float
    last_seq: int | None = None
    agent_version: str | None = None
    health: str | None = None
    extra: str | None = None
    latest: LatestFacts = _NO_FACTS
    known_seq: int | None = None


class MissedLog(msgspec.Struct, frozen=True):
    """A slot that will stay empty, and when the device was awake on that day."""

    agent_id: int
    workday: date
    slot: int
    reason: str
    awake_from: datetime | None = None
    awake_until: datetime | None = None


COPY_SHOWN_FOR: Final = timedelta(days=1)
"""How long a second copy of an agent is shown after its last sign."""


class NewRun(msgspec.Struct, frozen=True):
    """A heartbeat of another start of the agent than the one before."""

    agent_id: int
    run_id: str
    at: datetime


class ReportedPlugins(msgspec.Struct, frozen=True):
    """The plugins of an agent, as JSON."""

    agent_id: int
    plugins: str
    at: datetime


LATE_AFTER: Final = timedelta(hours=1)
"""The day of a heartbeat that is this much older than its arrival may be counted already."""


class HeartbeatChanges(msgspec.Struct):
    """What one transaction writes: history as columns, presence and missed slots as rows.

    *confirmed* are the agents whose older token ends. Nothing was seen after *latest*: what is
    stored as seen later was seen by a clock that was wrong. *late* are agents and days of UTC of
    which heartbeats came late.
    """

    timestamps: list[datetime]
    agent_ids: list[int]
    statuses: list[str]
    presence: list[PresenceChange]
    missed: list[MissedLog]
    confirmed: list[int]
    latest: datetime = datetime.max.replace(tzinfo=UTC)
    runs: list[NewRun] = []
    plugins: list[ReportedPlugins] = []
    late: list[tuple[int, date]] = []


class HeartbeatTransaction(Protocol):
    """One group commit; leaving its context without an error is the commit."""

    async def find_agents(
        self, token_hashes: list[bytes], *, locked: bool = False
    ) -> dict[bytes, KnownAgent]:
        """Find the agents of these tokens; *locked* keeps other writers away until the end."""

    async def stored_moments(self, moments: Collection[AgentMoment]) -> set[AgentMoment]:
        """Return those of *moments* at which the history has a heartbeat of that agent."""

    async def apply(self, changes: HeartbeatChanges) -> set[int]:
        """Write *changes*; return the agents of whom nothing was written.

        Another writer has moved their `last_seq` since they were found: what is a duplicate has
        has to be decided again. When they were locked there are none.
        """

    async def slots_taken(self, days: Mapping[int, date]) -> dict[int, list[int]]:
        """Return the slots that are taken, for each agent and the workday that it asks for.

        Those of all agents with its person and host; of one that may be somebody else under
        the same name, its own alone.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRow:
    """A detailed log as it is stored; JSON travels as text."""

    agent_id: int
    workday: date
    slot: int
    timestamp: datetime
    received_at: datetime
    local_ip: str | None
    public_ip: str | None
    location: str | None
    screenshot: str
    screenshot_path: str | None
    screenshot_sha256: bytes | None
    absent: str
    extra: str
    time_zone: str | None


TEST_LOGS: Final = 3
"""So many test logs of one person and host are taken within TEST_LOG_PERIOD."""
TEST_LOG_PERIOD: Final = timedelta(hours=24)
"""A test log older than this is deleted."""


class ClockEvidence(msgspec.Struct):
    """What the database knows of time, and what the last run of retention could not do.

    *failures* has a sentence for each step that failed. None is what is not known.
    """

    database_now: datetime | None = None
    last_run: datetime | None = None
    newest_seen: datetime | None = None
    failures: dict[str, str] = {}


class IngestStorage(Protocol):
    """What taking in heartbeats and logs needs.

    Every method raises DatabaseUnavailableError when nothing can be stored at the moment.
    """

    async def open(self) -> None:
        """Make ready for use; does not fail when the database is away."""

    async def close(self) -> None:
        """Give everything back."""

    async def check(self, today: date) -> None:
        """Return when rows of *today* can be stored; MissingPartitionError for want of a place."""

    async def clock_evidence(self) -> ClockEvidence:
        """Return what the server's clock is compared with."""

    async def bound_last_seen(self, now: datetime) -> int:
        """Move what was last seen after *now* back to it; return how many devices."""

    async def make_partitions(self, days: Sequence[date]) -> int:
        """Make what is missing for rows of *days*; return how many."""

    def enrolling(
        self, token_hash: bytes, agent_uuid: UUID
    ) -> AbstractAsyncContextManager[EnrollmentVisit]:
        """Begin an enrollment; leaving the context without an error is the commit."""

    def renaming(self, agent_id: int) -> AbstractAsyncContextManager[RenamingVisit]:
        """Begin to rename the device of an agent; leaving without an error is the commit."""

    async def find_agent(self, token_hash: bytes) -> KnownAgent | None:
        """Return the agent of a token; the first use of a new token ends the older one."""

    def heartbeats(self) -> AbstractAsyncContextManager[HeartbeatTransaction]:
        """Begin a group commit; BatchRejectedError when the rows themselves are refused.

        MissingPartitionError when the day of a row has no place yet.
        """

    async def nodes_of(self, token_hashes: Sequence[bytes]) -> Mapping[bytes, int]:
        """Return the node with the history of each agent; empty where there is one database."""

    async def check_log(self, log: LogRow) -> LogOutcome:
        """Return what would become of *log*; other logs may still arrive before it is added."""

    async def add_log(self, log: LogRow) -> LogOutcome:
        """Store *log* unless a log that is already stored prevents it.

        Logs of one person and host are added one after the other, whichever agents send them.
        AgentRevokedError when its agent has been revoked since its token was looked at,
        MissingPartitionError when its day has no place yet.
        """
