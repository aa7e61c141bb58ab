"""One transaction for whatever is queued when the writer's connection comes free.

The first one waits a moment for others, because a transaction for five costs hardly more than for
one; not when nobody else is connected, nor when many wait already. A busy server commits a thousand
together. An answer is given only after the commit.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from wfhserver.days import RetentionCalendar
from wfhserver.errors import (
    BatchRejectedError,
    Code,
    DatabaseUnavailableError,
    MissingPartitionError,
    NodeUnavailableError,
    Refusal,
    WfhserverError,
)
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.decide import Accepted, DayReport, Outcome, Submission, decide
from wfhserver.metrics import BatchReport, Metrics
from wfhserver.models.agents import KnownAgent
from wfhserver.storage.interface import HeartbeatTransaction, IngestStorage

log = logging.getLogger(__name__)

_BATCH_LIMIT = 1000
"""In heartbeats."""
_GATHERING_SECONDS = 0.05
# Of so many requests each has a small share of what a transaction costs.
_GATHERED = 8
_MISTAKE = Refusal(
    Code.INTERNAL_ERROR, "The heartbeats were not stored. The server's log has the reason."
)

# Is called once with the outcome of a submission.
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
        open_connections: Callable[[], int],
        *,
        queue_limit: int,
    ) -> None:
        self._storage = storage
        self._clock_check = clock_check
        self._calendar = calendar
        self._clock = calendar.clock
        self._metrics = metrics
        self._queue_limit = queue_limit
        self._queue: deque[_Waiting] = deque()
        self._open_connections = open_connections
        self._enough = asyncio.Event()
        self._wanted = 1
        self._queued_heartbeats = 0

    def enqueue(self, submission: Submission, answer: Answer) -> None:
        """Take *submission* in; *answer* is called after the commit. Refusal when too many wait."""
        self._clock_check.require()
        if self._queued_heartbeats + len(submission.heartbeats) > self._queue_limit:
            self._metrics.not_taken(len(submission.heartbeats), "queue_full")
            raise Refusal(Code.TOO_MANY_REQUESTS, "Too many heartbeats are waiting to be stored.")
        self._queued_heartbeats += len(submission.heartbeats)
        self._queue.append((submission, answer, self._clock.elapsed()))
        if len(self._queue) >= self._wanted:
            self._enough.set()

    async def submit(self, submission: Submission) -> Accepted:
        """Return once *submission* is committed; Refusal when it is not stored."""
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self.enqueue(submission, partial(_set_result, future))
        return await future

    async def run(self) -> None:
        """Write until canceled."""
        while True:
            batch = await self._next_batch()
            try:
                await self._commit(batch)
            except Exception:
                # The border of the writer's task: one bad batch must not end all writing.
                log.exception("A batch of heartbeats failed")
                for _, answer, _ in batch:
                    _deliver(answer, _MISTAKE)
            finally:
                self._queued_heartbeats -= _heartbeats_in(batch)

    async def _next_batch(self) -> list[_Waiting]:
        while not self._queue:
            await self._wait_for(1)
        # When all that are connected wait for their answer, nobody else can come.
        wanted = min(self._open_connections(), _GATHERED)
        if len(self._queue) < wanted:
            timer = asyncio.get_running_loop().call_later(_GATHERING_SECONDS, self._enough.set)
            await self._wait_for(wanted)
            timer.cancel()
        batch = list[_Waiting]()
        count = 0
        while self._queue and count < _BATCH_LIMIT:
            batch.append(self._queue.popleft())
            count += len(batch[-1][0].heartbeats)
        return batch

    async def _wait_for(self, requests: int) -> None:
        self._wanted = requests
        self._enough.clear()
        await self._enough.wait()

    async def _commit(self, batch: list[_Waiting], *, locked: bool = False) -> None:
        began = self._clock.elapsed()
        try:
            outcomes = await self._write([submission for submission, _, _ in batch], locked=locked)
            self._metrics.batch(self._report(batch, outcomes, began))
        except Refusal as refusal:
            self._metrics.not_taken(_heartbeats_in(batch), "clock")
            outcomes = [refusal] * len(batch)
        except (BatchRejectedError, DatabaseUnavailableError) as error:
            parts = await self._parts(batch, error)
            if len(parts) > 1:
                for part in parts:
                    await self._commit(part)
                return
            if isinstance(error, BatchRejectedError):
                log.warning("PostgreSQL refused heartbeats: %s", error)
            self._metrics.not_taken(_heartbeats_in(batch), "database")
            outcomes = [Refusal(Code.DATABASE_UNAVAILABLE, str(error))] * len(batch)
        again = []
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                again.append(waiting)
            else:
                _deliver(waiting[1], outcome)
        if again:
            await self._commit(again, locked=True)

    async def _parts(
        self, batch: list[_Waiting], error: WfhserverError
    ) -> Sequence[list[_Waiting]]:
        """Return *batch* in parts, so that what is to blame for *error* stops nobody else."""
        if isinstance(error, BatchRejectedError):
            return [[each] for each in batch]
        if not isinstance(error, NodeUnavailableError):
            return [batch]
        try:
            nodes = await self._storage.nodes_of([each.token_hash for each, _, _ in batch])
        except DatabaseUnavailableError:
            return [batch]
        parts = defaultdict[int | None, list[_Waiting]](list)
        for each in batch:
            parts[nodes.get(each[0].token_hash)].append(each)
        return list(parts.values())

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
            (each.token_hash, heartbeat.timestamp)
            for each in batch
            for heartbeat in each.heartbeats
            if heartbeat.seq is None
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
        """Return *outcomes* with the days that were requested: once a day by each agent."""
        requested = {
            agents[each.token_hash].agent_id: each.workday
            for each, outcome in zip(batch, outcomes, strict=True)
            if each.workday is not None and isinstance(outcome, Accepted)
        }
        taken = await transaction.slots_taken(requested) if requested else {}
        days = self._calendar.retention_days
        return [
            replace(outcome, day=DayReport(taken[agents[each.token_hash].agent_id], days))
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
                refused += len(waiting[0].heartbeats)
        return BatchReport(
            stored=stored,
            duplicates=duplicates,
            refused=refused,
            commit_seconds=now - began,
            longest_wait_seconds=now - batch[0][2],
        )


def _heartbeats_in(batch: Sequence[_Waiting]) -> int:
    return sum(len(submission.heartbeats) for submission, _, _ in batch)


def _deliver(answer: Answer, outcome: Outcome) -> None:
    try:
        answer(outcome)
    except Exception:
        # An error of one caller: the others are answered all the same.
        log.exception("A heartbeat could not be answered")


def _set_result(future: "asyncio.Future[Accepted]", outcome: Outcome) -> None:
    if future.done():  # The caller has gone away; what is committed stays committed.
        return
    if isinstance(outcome, Accepted):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
