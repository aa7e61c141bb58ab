"""Pure: what a batch of heartbeats means, given the agents as they are locked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from wfhserver.days import Window
from wfhserver.errors import Refusal
from wfhserver.ingest.identity import check_agent, check_identity
from wfhserver.payload import Heartbeat
from wfhserver.storage.interface import (
    HeartbeatChanges,
    KnownAgent,
    MissedLog,
    PresenceChange,
)

# Longer than any agent waits; keeps the arithmetic of dates within its range.
_QUEUED_LIMIT_SECONDS = 10 * 365 * 86400.0


class Beat(msgspec.Struct, frozen=True):
    """A heartbeat, its objects checked and already JSON text."""

    heartbeat: Heartbeat
    health: str | None
    extra: str | None


class Submission(msgspec.Struct, frozen=True):
    """The heartbeats of one request."""

    token_hash: bytes
    beats: Sequence[Beat]
    received_at: datetime
    is_array: bool = False


class Accepted(msgspec.Struct, frozen=True):
    """The answer to a submission that is stored."""

    accepted: int
    duplicates: int


Outcome = Accepted | Refusal


def decide(
    batch: Sequence[Submission], agents: Mapping[bytes, KnownAgent], window: Window
) -> tuple[list[Outcome], HeartbeatChanges]:
    """Return one outcome per submission, in order, and what is to be written."""
    decision = _Decision(agents, window)
    return [decision.outcome_of(each) for each in batch], decision.changes()


class _Decision:
    def __init__(self, agents: Mapping[bytes, KnownAgent], window: Window) -> None:
        self._agents = agents
        self._window = window
        self._history: list[tuple[datetime, int, str]] = []
        self._presence: dict[int, PresenceChange] = {}
        self._high: dict[int, int] = {
            agent.agent_id: agent.last_seq
            for agent in agents.values()
            if agent.last_seq is not None
        }
        self._missed: dict[tuple[int, date, int], MissedLog] = {}
        self._confirmed: set[int] = set()

    def outcome_of(self, submission: Submission) -> Outcome:
        try:
            known = check_agent(self._agents.get(submission.token_hash))
            for index, beat in enumerate(submission.beats):
                check_identity(known, beat.heartbeat, index if submission.is_array else None)
        except Refusal as refusal:
            return refusal
        if known.confirms:
            self._confirmed.add(known.agent_id)
        fresh = sum(self._take(known.agent_id, beat, submission) for beat in submission.beats)
        return Accepted(accepted=fresh, duplicates=len(submission.beats) - fresh)

    def _take(self, agent_id: int, beat: Beat, submission: Submission) -> bool:
        if self._is_duplicate(agent_id, beat.heartbeat.seq):
            return False
        change = presence_change(agent_id, beat, submission.received_at)
        moment = self._history_time(beat.heartbeat.timestamp, change.last_seen, submission)
        self._history.append((moment, agent_id, change.status))
        self._presence[agent_id] = newest(self._presence.get(agent_id), change)
        for each in beat.heartbeat.missed:
            self._missed[agent_id, each.workday, each.slot] = MissedLog(
                agent_id, each.workday, each.slot, each.reason
            )
        return True

    def _is_duplicate(self, agent_id: int, seq: int | None) -> bool:
        if seq is None:
            return False
        if seq <= self._high.get(agent_id, 0):
            return True
        self._high[agent_id] = seq
        return False

    def _history_time(self, claimed: datetime, seen: datetime, submission: Submission) -> datetime:
        for moment in (claimed, seen):
            if moment in self._window:
                return moment.astimezone(UTC)
        return submission.received_at

    def changes(self) -> HeartbeatChanges:
        for agent_id, change in self._presence.items():
            change.last_seq = self._high.get(agent_id)
        oldest = self._window.earliest.date()
        return HeartbeatChanges(
            timestamps=[row[0] for row in self._history],
            agent_ids=[row[1] for row in self._history],
            statuses=[row[2] for row in self._history],
            presence=list(self._presence.values()),
            # Older ones would be forgotten within the hour.
            missed=[each for each in self._missed.values() if each.workday >= oldest],
            confirmed=sorted(self._confirmed),
        )


def presence_change(agent_id: int, beat: Beat, received_at: datetime) -> PresenceChange:
    """Return what one heartbeat says of its agent, reckoned by the server's clock."""
    heartbeat = beat.heartbeat
    waited = timedelta(seconds=min(heartbeat.queued_seconds, _QUEUED_LIMIT_SECONDS))
    return PresenceChange(
        agent_id=agent_id,
        last_seen=received_at - waited,
        status=heartbeat.status,
        # The difference first: the sum alone may lie beyond the range of dates.
        skew_seconds=((heartbeat.timestamp - received_at) + waited).total_seconds(),
        agent_version=heartbeat.agent_version,
        health=beat.health,
        extra=beat.extra,
    )


def newest(kept: PresenceChange | None, new: PresenceChange) -> PresenceChange:
    """Return the later of the two, with the facts that only the earlier one has."""
    if kept is None:
        return new
    later, earlier = (new, kept) if new.last_seen >= kept.last_seen else (kept, new)
    later.agent_version = later.agent_version or earlier.agent_version
    later.health = later.health or earlier.health
    later.extra = later.extra or earlier.extra
    return later
