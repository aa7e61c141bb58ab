"""One transaction for whatever is queued when the writer's connection comes free.

No timer: an idle server commits a single heartbeat at once, a busy one a thousand together.
An answer is given only after the commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from wfhserver.days import RetentionCalendar
from wfhserver.errors import (
    BatchRejectedError,
    Code,
    DatabaseUnavailableError,
    MissingPartitionError,
    Refusal,
)
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.decide import Accepted, DayReport, Outcome, Submission, decide
from wfhserver.metrics import BatchReport, Metrics
from wfhserver.models.agents import KnownAgent
from wfhserver.storage.interface import HeartbeatTransaction, IngestStorage

log = logging.getLogger(__name__)

_BATCH_LIMIT_BEATS = 1000
_MISTAKE = Refusal(
    Code.INTERNAL_ERROR, "The heartbeats were not stored; the server's journal says why."
)

# Is told once what became of a submission.
Answer = Callable[[Outcome], None]
# With the moment of its arrival, by the clock that only goes forward.
_Waiting = tuple[Submission, Answer, float]


class GroupCommit:
    """The queue of the heartbeats and its single writer."""

    def __init__(
        self,
        storage: IngestStorage,
        calendar: RetentionCalendar,
        metrics: Metrics,
        clock_check: ClockCheck,
        *,
        queue_limit_beats: int,
    ) -> None:
        self._storage = storage
        self._clock_check = clock_check
        self._calendar = calendar
        self._clock = calendar.clock
        self._metrics = metrics
        self._queue_limit_beats = queue_limit_beats
        self._queue: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._queued_beats = 0

    def enqueue(self, submission: Submission, answer: Answer) -> None:
        """Take *submission* in; *answer* is called after the commit. Refusal when too many wait."""
        self._clock_check.require()
        if self._queued_beats + len(submission.beats) > self._queue_limit_beats:
            self._metrics.not_taken(len(submission.beats), "queue_full")
            raise Refusal(
                Code.TOO_MANY_REQUESTS, "More heartbeats are waiting than can be stored soon."
            )
        self._queued_beats += len(submission.beats)
        self._queue.append((submission, answer, self._clock.elapsed()))
        self._arrived.set()

    async def submit(self, submission: Submission) -> Accepted:
        """Return once *submission* is committed; Refusal when it is not stored."""
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self.enqueue(submission, partial(_settle, future))
        return await future

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            batch = await self._next_batch()
            try:
                await self._commit(batch)
            except Exception:
                # The border of the writer's task: one bad batch must not end all writing.
                log.exception("A batch of heartbeats failed")
                for _, answer, _ in batch:
                    _tell(answer, _MISTAKE)
            finally:
                self._queued_beats -= _beats_in(batch)

    async def _next_batch(self) -> list[_Waiting]:
        while not self._queue:
            self._arrived.clear()
            await self._arrived.wait()
        batch = list[_Waiting]()
        beats = 0
        while self._queue and beats < _BATCH_LIMIT_BEATS:
            batch.append(self._queue.popleft())
            beats += len(batch[-1][0].beats)
        return batch

    async def _commit(self, batch: list[_Waiting], *, locked: bool = False) -> None:
        began = self._clock.elapsed()
        try:
            outcomes = await self._write([submission for submission, _, _ in batch], locked=locked)
            self._metrics.batch(self._report(batch, outcomes, began))
        except Refusal as refusal:
            self._metrics.not_taken(_beats_in(batch), "clock")
            outcomes = [refusal] * len(batch)
        except DatabaseUnavailableError as error:
            self._metrics.not_taken(_beats_in(batch), "database")
            outcomes = [Refusal(Code.DATABASE_UNAVAILABLE, str(error))] * len(batch)
        except BatchRejectedError as error:
            if len(batch) > 1:
                # One of them is to blame: alone, it stops nobody else.
                for each in batch:
                    await self._commit([each])
                return
            log.warning("PostgreSQL refused heartbeats: %s", error)
            self._metrics.not_taken(_beats_in(batch), "database")
            outcomes = [Refusal(Code.DATABASE_UNAVAILABLE, str(error))]
        again = []
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                again.append(waiting)
            else:
                _tell(waiting[1], outcome)
        if again:
            await self._commit(again, locked=True)

    async def _write(
        self, batch: Sequence[Submission], *, locked: bool
    ) -> Sequence[Outcome | None]:
        """Return what became of each; None where another worker was at the same agent."""
        try:
            return await self._write_once(batch, locked=locked)
        except MissingPartitionError as error:
            log.warning("PostgreSQL refused heartbeats: %s", error)
            # A day begins that nobody has made a place for; or the clock has jumped.
            await self._clock_check.require_now()
            await self._storage.make_partitions(self._calendar.partition_days())
            return await self._write_once(batch, locked=locked)

    async def _write_once(
        self, batch: Sequence[Submission], *, locked: bool
    ) -> Sequence[Outcome | None]:
        hashes = list({submission.token_hash for submission in batch})
        # What carries no `seq` is compared with the history, which must not move meanwhile.
        unnumbered = [
            (each.token_hash, beat.timestamp)
            for each in batch
            for beat in each.beats
            if beat.seq is None
        ]
        window = self._calendar.window()
        async with self._storage.heartbeats() as transaction:
            locks = locked or bool(unnumbered)
            agents = await transaction.find_agents(hashes, locked=locks)
            wanted = {
                (agents[token_hash].agent_id, moment)
                for token_hash, moment in unnumbered
                if token_hash in agents and moment in window
            }
            stored = await transaction.stored_moments(wanted) if wanted else set()
            outcomes, changes = decide(batch, agents, window, stored)
            stale = await transaction.apply(changes)
            if any(each.workday is not None for each in batch):
                outcomes = await self._with_days(transaction, agents, batch, outcomes)
        if not stale:
            return outcomes
        return [
            None
            if isinstance(outcome, Accepted) and agents[each.token_hash].agent_id in stale
            else outcome
            for each, outcome in zip(batch, outcomes, strict=True)
        ]

    async def _with_days(
        self,
        transaction: HeartbeatTransaction,
        agents: Mapping[bytes, KnownAgent],
        batch: Sequence[Submission],
        outcomes: Sequence[Outcome],
    ) -> list[Outcome]:
        """Return *outcomes* with the days that were asked for: once a day by each agent."""
        asked = {
            agents[each.token_hash].agent_id: each.workday
            for each, outcome in zip(batch, outcomes, strict=True)
            if each.workday is not None and isinstance(outcome, Accepted)
        }
        taken = await transaction.slots_taken(asked) if asked else {}
        kept = self._calendar.retention_days
        return [
            replace(outcome, day=DayReport(taken[agents[each.token_hash].agent_id], kept))
            if each.workday is not None and isinstance(outcome, Accepted)
            else outcome
            for each, outcome in zip(batch, outcomes, strict=True)
        ]

    def _report(
        self, batch: Sequence[_Waiting], outcomes: Sequence[Outcome | None], began: float
    ) -> BatchReport:
        now = self._clock.elapsed()
        stored = duplicates = refused = 0
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                stored += outcome.accepted
                duplicates += outcome.duplicates
            elif outcome is not None:
                refused += len(waiting[0].beats)
        return BatchReport(
            stored=stored,
            duplicates=duplicates,
            refused=refused,
            commit_seconds=now - began,
            longest_wait_seconds=now - batch[0][2],
        )


def _beats_in(batch: Sequence[_Waiting]) -> int:
    return sum(len(submission.beats) for submission, _, _ in batch)


def _tell(answer: Answer, outcome: Outcome) -> None:
    try:
        answer(outcome)
    except Exception:
        # The border to whoever asked: the others are answered all the same.
        log.exception("A heartbeat could not be answered")


def _settle(future: "asyncio.Future[Accepted]", outcome: Outcome) -> None:
    if future.done():  # The caller has gone away; what is committed stays committed.
        return
    if isinstance(outcome, Accepted):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
