"""Pure: what a batch of heartbeats means, given the agents as they were found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from wfhserver.days import Window
from wfhserver.errors import Refusal
from wfhserver.ingest.identity import check_agent, check_identity
from wfhserver.models.agents import KnownAgent
from wfhserver.payload import Heartbeat
from wfhserver.storage.interface import (
    AgentMoment,
    HeartbeatChanges,
    MissedLog,
    NewRun,
    PresenceChange,
)

# Longer than any agent waits; keeps the arithmetic of dates within its range.
_QUEUED_LIMIT_SECONDS = 10 * 365 * 86400.0
# Another worker may have stored a heartbeat that arrived after those of this batch.
_LATE_COMMIT = timedelta(minutes=1)
_RUN_ID_LIMIT = 64
_WRONG_SECONDS = 120.0
"""By more than this no clock is wrong that the agent has set by the server's."""


class Facts(msgspec.Struct, frozen=True):
    """The objects of a heartbeat, checked and already JSON text."""

    health: str | None = None
    extra: str | None = None


_NO_FACTS = Facts()


class Submission(msgspec.Struct, frozen=True):
    """The heartbeats of one request; *facts* has one entry for each, or none at all."""

    token_hash: bytes
    beats: Sequence[Heartbeat]
    received_at: datetime
    facts: Sequence[Facts] = ()
    is_array: bool = False

    @property
    def workday(self) -> date | None:
        """The day whose slots the agent asks for; mostly none."""
        return self.beats[-1].workday


class DayReport(msgspec.Struct, frozen=True):
    """What an agent asked for: the slots that are taken, and how long the server keeps data."""

    slots_taken: list[int]
    retention_days: int


class Accepted(msgspec.Struct, frozen=True):
    """The answer to a submission that is stored; *day* is there for who asked."""

    accepted: int
    duplicates: int
    day: DayReport | None = None


Outcome = Accepted | Refusal


def decide(
    batch: Sequence[Submission],
    agents: Mapping[bytes, KnownAgent],
    window: Window,
    stored: Collection[AgentMoment] = (),
) -> tuple[list[Outcome], HeartbeatChanges]:
    """Return one outcome per submission, in order, and what is to be written.

    *stored* are the moments of heartbeats without `seq` that the history has already. Equal
    outcomes of a batch are one object, so that their answers are made once.
    """
    decision = _Decision(agents, window, stored)
    return [decision.outcome_of(each) for each in batch], decision.changes()


class _Decision:
    def __init__(
        self,
        agents: Mapping[bytes, KnownAgent],
        window: Window,
        stored: Collection[AgentMoment],
    ) -> None:
        self._agents = agents
        self._stored = set(stored)
        self._earliest, self._latest = window.earliest, window.latest
        self._now = window.now
        self._timestamps: list[datetime] = []
        self._agent_ids: list[int] = []
        self._statuses: list[str] = []
        self._presence: dict[int, PresenceChange] = {}
        self._known = {agent.agent_id: agent.last_seq for agent in agents.values()}
        self._high = {agent: seq for agent, seq in self._known.items() if seq is not None}
        self._missed: dict[tuple[int, date, int], MissedLog] = {}
        self._confirmed: set[int] = set()
        self._run_ids = {agent.agent_id: agent.run_id for agent in agents.values()}
        self._runs: list[NewRun] = []
        self._accepted: dict[tuple[int, int], Accepted] = {}

    def outcome_of(self, submission: Submission) -> Outcome:
        try:
            known = check_agent(self._agents.get(submission.token_hash))
            for index, beat in enumerate(submission.beats):
                check_identity(known, beat, index if submission.is_array else None)
        except Refusal as refusal:
            return refusal
        if known.confirms:
            self._confirmed.add(known.agent_id)
        count = len(submission.beats)
        facts = submission.facts or [_NO_FACTS] * count
        fresh = 0
        for beat, its_facts in zip(submission.beats, facts, strict=True):
            fresh += self._take(known.agent_id, beat, its_facts, submission.received_at)
        key = (fresh, count - fresh)
        return self._accepted.get(key) or self._accepted.setdefault(key, Accepted(*key))

    def _take(self, agent_id: int, beat: Heartbeat, facts: Facts, received_at: datetime) -> bool:
        if beat.health is not None:
            # Of duplicates too: the copy with the slower clock sends nothing else.
            self._note_run(agent_id, beat.health.get("run_id"), received_at)
        if beat.seq is not None:
            if beat.seq <= self._high.get(agent_id, 0):
                return False
            self._high[agent_id] = beat.seq
        change = presence_change(agent_id, beat, facts, received_at)
        moment = self._history_time(beat, change, received_at)
        is_new = not self._is_stored(agent_id, beat, moment)
        if is_new:
            self._timestamps.append(moment)
            self._agent_ids.append(agent_id)
            self._statuses.append(beat.status)
        kept = self._presence.get(agent_id)
        self._presence[agent_id] = change if kept is None else newest(kept, change)
        for each in beat.missed:
            self._missed[agent_id, each.workday, each.slot] = MissedLog(
                agent_id,
                each.workday,
                each.slot,
                each.reason,
                self._plausible(each.awake_from),
                self._plausible(each.awake_until),
            )
        return is_new

    def _is_stored(self, agent_id: int, beat: Heartbeat, moment: datetime) -> bool:
        """Tell whether the history has this moment of a heartbeat without `seq`; note it.

        It is still a sign of life: whoever has no `seq` may have no good clock either.
        """
        if beat.seq is not None or moment != beat.timestamp:
            return False
        if (agent_id, moment) in self._stored:
            return True
        self._stored.add((agent_id, moment))
        return False

    def _note_run(self, agent_id: int, run_id: object, received_at: datetime) -> None:
        if run_id == self._run_ids[agent_id] or not isinstance(run_id, str):
            return
        if 0 < len(run_id) <= _RUN_ID_LIMIT:
            self._run_ids[agent_id] = run_id
            self._runs.append(NewRun(agent_id, run_id, received_at))

    def _history_time(
        self, beat: Heartbeat, change: PresenceChange, received_at: datetime
    ) -> datetime:
        """Return when *beat* was, by the agent's clock unless that was wrong."""
        claims = [beat.timestamp, change.last_seen]
        if beat.queued_seconds is not None and abs(change.skew_seconds) > _WRONG_SECONDS:
            claims.reverse()
        for moment in claims:
            if self._earliest <= moment <= self._latest:
                return moment.astimezone(UTC)
        return received_at

    def _plausible(self, moment: datetime | None) -> datetime | None:
        """Return *moment* in UTC if history may hold it; a claim of any other time is no fact."""
        if moment is None or not self._earliest <= moment <= self._latest:
            return None
        return moment.astimezone(UTC)

    def changes(self) -> HeartbeatChanges:
        for agent_id, change in self._presence.items():
            change.last_seq = self._high.get(agent_id)
            change.known_seq = self._known[agent_id]
        oldest = self._earliest.date()
        # A laptop whose clock was ahead has filled the slots of days to come: those logs were
        # refused, the days will have no others, and the reason is told now.
        newest = self._latest + (self._latest - self._earliest)
        return HeartbeatChanges(
            timestamps=self._timestamps,
            agent_ids=self._agent_ids,
            statuses=self._statuses,
            # In order, so that two workers never wait for each other.
            presence=[self._presence[agent_id] for agent_id in sorted(self._presence)],
            # Older ones would be forgotten within the hour, later ones never.
            missed=[
                each for each in self._missed.values() if oldest <= each.workday <= newest.date()
            ],
            confirmed=sorted(self._confirmed),
            runs=self._runs,
            latest=self._now + _LATE_COMMIT,
        )


def presence_change(
    agent_id: int, beat: Heartbeat, facts: Facts, received_at: datetime
) -> PresenceChange:
    """Return what one heartbeat says of its agent, reckoned by the server's clock."""
    last_seen = received_at
    skew = beat.timestamp - received_at
    if beat.queued_seconds:
        waited = timedelta(seconds=min(beat.queued_seconds, _QUEUED_LIMIT_SECONDS))
        last_seen -= waited
        # To the difference: the sum with the moment may lie beyond the range of dates.
        skew += waited
    return PresenceChange(
        agent_id=agent_id,
        last_seen=last_seen,
        status=beat.status,
        skew_seconds=skew.total_seconds(),
        agent_version=beat.agent_version,
        health=facts.health,
        extra=facts.extra,
        time_zone=beat.time_zone,
    )


def newest(kept: PresenceChange, new: PresenceChange) -> PresenceChange:
    """Return the later of the two, with the facts that only the earlier one has."""
    later, earlier = (new, kept) if new.last_seen >= kept.last_seen else (kept, new)
    later.agent_version = later.agent_version or earlier.agent_version
    later.health = later.health or earlier.health
    later.extra = later.extra or earlier.extra
    later.time_zone = later.time_zone or earlier.time_zone
    return later
