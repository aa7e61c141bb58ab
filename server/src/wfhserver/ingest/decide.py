"""Pure: what a batch of heartbeats means, given the agents as they were found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from wfhserver.days import HistoryWindow
from wfhserver.errors import Refusal
from wfhserver.ingest.identity import check_agent, check_identity
from wfhserver.models.agents import KnownAgent
from wfhserver.payload import Heartbeat, LatestFacts
from wfhserver.storage.interface import (
    LATE_AFTER,
    AgentMoment,
    HeartbeatChanges,
    MissedLog,
    NewRun,
    PresenceChange,
    ReportedPlugins,
)

# Longer than any agent waits; keeps the arithmetic of dates within its range.
_QUEUED_LIMIT_SECONDS = 10 * 365 * 86400.0
# Another worker may have stored a heartbeat that arrived after those of this batch.
_LATE_COMMIT = timedelta(minutes=1)
_RUN_ID_LIMIT = 64
_WRONG_SECONDS = 120.0
"""By more than this no clock is wrong that the agent has set by the server's."""


class HeartbeatFacts(msgspec.Struct, frozen=True):
    """The objects of a heartbeat, checked and already JSON text."""

    health: str | None = None
    extra: str | None = None
    plugins: str | None = None


_NO_FACTS = HeartbeatFacts()


class Submission(msgspec.Struct, frozen=True):
    """The heartbeats of one request; *facts* has one entry for each, or none at all."""

    token_hash: bytes
    heartbeats: Sequence[Heartbeat]
    received_at: datetime
    facts: Sequence[HeartbeatFacts] = ()
    is_array: bool = False

    @property
    def workday(self) -> date | None:
        """The day whose slots the agent asks for; mostly none."""
        return self.heartbeats[-1].workday


class DayReport(msgspec.Struct, frozen=True):
    """What an agent asked for: the slots that are taken, and how long the server keeps data."""

    slots_taken: list[int]
    retention_days: int


class Accepted(msgspec.Struct, frozen=True):
    """The answer to a submission that is stored; *day* is there for who asked.

    *calendar* is the revision of the employee's calendar, for an agent that uses another one.
    """

    accepted: int
    duplicates: int
    day: DayReport | None = None
    calendar: int | None = None


Outcome = Accepted | Refusal


def decide(
    batch: Sequence[Submission],
    agents: Mapping[bytes, KnownAgent],
    window: HistoryWindow,
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
        window: HistoryWindow,
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
        self._plugins: dict[int, ReportedPlugins] = {}
        self._accepted: dict[tuple[int, int, int | None], Accepted] = {}

    def outcome_of(self, submission: Submission) -> Outcome:
        try:
            known = check_agent(self._agents.get(submission.token_hash))
            for index, heartbeat in enumerate(submission.heartbeats):
                check_identity(known, heartbeat, index if submission.is_array else None)
        except Refusal as refusal:
            return refusal
        if known.confirms:
            self._confirmed.add(known.agent_id)
        count = len(submission.heartbeats)
        facts = submission.facts or [_NO_FACTS] * count
        fresh = 0
        for heartbeat, its_facts in zip(submission.heartbeats, facts, strict=True):
            fresh += self._take(known.agent_id, heartbeat, its_facts, submission.received_at)
        revision: int | None = known.calendar_revision
        if submission.heartbeats[-1].calendar == revision:
            revision = None
        key = (fresh, count - fresh, revision)
        return self._accepted.get(key) or self._accepted.setdefault(
            key, Accepted(fresh, count - fresh, calendar=revision)
        )

    def _take(
        self, agent_id: int, heartbeat: Heartbeat, facts: HeartbeatFacts, received_at: datetime
    ) -> bool:
        if heartbeat.health is not None:
            # Of duplicates too: the copy with the slower clock sends nothing else.
            self._note_run(agent_id, heartbeat.health.get("run_id"), received_at)
        if heartbeat.seq is not None:
            if heartbeat.seq <= self._high.get(agent_id, 0):
                return False
            self._high[agent_id] = heartbeat.seq
        if facts.plugins is not None:
            self._plugins[agent_id] = ReportedPlugins(agent_id, facts.plugins, received_at)
        change = presence_change(agent_id, heartbeat, facts, received_at)
        moment = self._history_time(heartbeat, change, received_at)
        is_new = not self._is_stored(agent_id, heartbeat, moment)
        if is_new:
            self._timestamps.append(moment)
            self._agent_ids.append(agent_id)
            self._statuses.append(heartbeat.status)
        previous = self._presence.get(agent_id)
        self._presence[agent_id] = change if previous is None else newest(previous, change)
        for each in heartbeat.missed:
            self._missed[agent_id, each.workday, each.slot] = MissedLog(
                agent_id,
                each.workday,
                each.slot,
                each.reason,
                self._plausible(each.awake_from),
                self._plausible(each.awake_until),
            )
        return is_new

    def _is_stored(self, agent_id: int, heartbeat: Heartbeat, moment: datetime) -> bool:
        """Tell whether the history has this moment of a heartbeat without `seq`; note it.

        It is still a sign of life: an agent without `seq` may have no good clock either.
        """
        if heartbeat.seq is not None or moment != heartbeat.timestamp:
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
        self, heartbeat: Heartbeat, change: PresenceChange, received_at: datetime
    ) -> datetime:
        """Return when *heartbeat* was, by the agent's clock unless that was wrong."""
        claims = [heartbeat.timestamp, change.last_seen]
        if heartbeat.queued_seconds is not None and abs(change.skew_seconds) > _WRONG_SECONDS:
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
        # refused, those days will have no others, and the agent reports the reason now.
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
            plugins=[self._plugins[agent_id] for agent_id in sorted(self._plugins)],
            latest=self._now + _LATE_COMMIT,
            late=_late(self._timestamps, self._agent_ids, self._now),
        )


def presence_change(
    agent_id: int, heartbeat: Heartbeat, facts: HeartbeatFacts, received_at: datetime
) -> PresenceChange:
    """Return what one heartbeat reports about its agent, in terms of the server's clock."""
    last_seen = received_at
    skew = heartbeat.timestamp - received_at
    if heartbeat.queued_seconds:
        waited = timedelta(seconds=min(heartbeat.queued_seconds, _QUEUED_LIMIT_SECONDS))
        last_seen -= waited
        # Added to the difference: added to the moment it may be beyond the range of dates.
        skew += waited
    return PresenceChange(
        agent_id=agent_id,
        last_seen=last_seen,
        status=heartbeat.status,
        skew_seconds=skew.total_seconds(),
        agent_version=heartbeat.agent_version,
        health=facts.health,
        extra=facts.extra,
        latest=heartbeat,
    )


def _late(
    moments: Sequence[datetime], agents: Sequence[int], now: datetime
) -> list[tuple[int, date]]:
    """Return the agents and days of heartbeats that are far from *now*: mostly none."""
    earliest, latest = now - LATE_AFTER, now + LATE_AFTER
    if not moments or (min(moments) >= earliest and max(moments) <= latest):
        return []
    pairs = zip(agents, moments, strict=True)
    return sorted({(agent, at.date()) for agent, at in pairs if not earliest <= at <= latest})


def newest(previous: PresenceChange, new: PresenceChange) -> PresenceChange:
    """Return the later of the two, with the facts that only the earlier one has."""
    later, earlier = (new, previous) if new.last_seen >= previous.last_seen else (previous, new)
    later.agent_version = later.agent_version or earlier.agent_version
    later.health = later.health or earlier.health
    later.extra = later.extra or earlier.extra
    later.latest = _filled(later.latest, earlier.latest)
    return later


def _filled(later: LatestFacts, earlier: LatestFacts) -> LatestFacts:
    facts = {name: getattr(later, name) for name in LatestFacts.__struct_fields__}
    missing = {name: getattr(earlier, name) for name, fact in facts.items() if fact is None}
    return LatestFacts(**facts | missing)
