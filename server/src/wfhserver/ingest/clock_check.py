"""Can the clock of this machine be believed?

An empty battery or a typing error moves a clock by years. Deleting what is too old by such a clock
deletes everything, and refusing what it takes for wrong loses logs. So the time is compared with
what the database knows: its own clock, the last run of retention, and the newest heartbeat.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.storage.interface import ClockEvidence

log = logging.getLogger(__name__)

# This version was made later: no clock that is right shows an earlier time.
_EARLIEST: Final = datetime(2026, 11, 1, tzinfo=UTC)
# Less may be two clocks that are a little apart, or a time zone that somebody set wrongly.
_LEAST: Final = timedelta(days=1)
# How long a server may have been off without a question: over a long weekend before it deletes,
# over a season before it takes nothing in.
_OFF_BEFORE_DELETING: Final = timedelta(days=4)
_OFF_BEFORE_TAKING: Final = timedelta(days=90)
_APART_WHEN_DELETING: Final = timedelta(hours=1)
_TOLERANCE: Final = timedelta(minutes=1)
_PERIOD_SECONDS: Final = 60.0
_CONFIRM: Final = (
    "Set the clock right; if it is right, run `wfhserver retention run --confirm-clock`."
)

Read = Callable[[], Awaitable[ClockEvidence]]
Repair = Callable[[datetime], Awaitable[int]]


class ClockCheck:
    """Compares the clock with the evidence that *read* finds in the database.

    *repair* bounds what was seen in the future, once the clock is right again. Without
    *compares_database* the database's own clock is left out: a test's clock does not move and
    has nothing to do with it.
    """

    def __init__(
        self, clock: Clock, read: Read, repair: Repair, *, compares_database: bool = True
    ) -> None:
        self._clock = clock
        self._read = read
        self._repair = repair
        self._compares_database = compares_database
        self.problem: str | None = None

    def require(self) -> None:
        """Raise a Refusal, which agents wait out, while the time cannot be believed."""
        if self.problem is not None:
            raise Refusal(Code.CLOCK_IMPLAUSIBLE, self.problem)

    async def require_now(self) -> None:
        """Compare again, then do the same: before something is refused because of its time."""
        await self.refresh()
        self.require()

    async def refresh(self) -> ClockEvidence:
        """Compare the clock with the database; while that is away, only with its own age."""
        try:
            return await self._compared()
        except WfhserverError as error:
            log.warning("The clock could not be compared with the database: %s", error)
        self.problem = self.problem or problem_of(self._clock.now(), ClockEvidence())
        return ClockEvidence()

    async def _compared(self) -> ClockEvidence:
        evidence = await self._evidence()
        now, before = self._clock.now(), self.problem
        self.problem = problem_of(now, evidence)
        if self.problem is not None and before is None:
            log.error("Nothing is taken in: %s", self.problem)
        seen = evidence.newest_seen
        if self.problem is None and seen is not None and seen > now + _TOLERANCE:
            log.warning("%d devices were seen in the future", await self._repair(now))
            evidence.newest_seen = now
        return evidence

    async def deletion_problem(self) -> str | None:
        """Return why nothing may be deleted by this clock; None when it may."""
        return deletion_problem(self._clock.now(), await self._evidence())

    async def run(self) -> None:
        """Compare each minute, until canceled."""
        while True:
            await self._clock.sleep(_PERIOD_SECONDS)
            await self.refresh()

    async def _evidence(self) -> ClockEvidence:
        found = await self._read()
        if not self._compares_database:
            found.database_now = None
        return found


def problem_of(now: datetime, evidence: ClockEvidence) -> str | None:
    """Return why nothing may be stored by the time *now*; None when it may."""
    if now < _EARLIEST:
        return (
            f"The server's clock shows {now:%Y-%m-%d}, before this version existed. Set it right."
        )
    # That run may have been by a clock that was ahead, as far as is allowed.
    if evidence.last_run is not None and now < evidence.last_run - _OFF_BEFORE_DELETING - _LEAST:
        return _describe("is behind the last run of retention", now, evidence.last_run)
    database = evidence.database_now
    if database is not None and abs(now - database) > _LEAST:
        return _describe("differs from the clock of the database", now, database)
    latest = _latest(now, evidence)
    if latest is not None and now > latest + _OFF_BEFORE_TAKING:
        return _describe("is far ahead of everything that is stored", now, latest)
    return None


def deletion_problem(now: datetime, evidence: ClockEvidence) -> str | None:
    """Return why nothing may be deleted by the time *now*; None when it may."""
    problem = problem_of(now, evidence)
    if problem is not None:
        return problem
    database = evidence.database_now
    if database is not None and abs(now - database) > _APART_WHEN_DELETING:
        return _describe("differs from the clock of the database", now, database)
    if evidence.last_run is not None and now < evidence.last_run - _LEAST:
        return _describe("is behind the last run of retention", now, evidence.last_run)
    seen = evidence.newest_seen
    if seen is not None and now < seen - _LEAST:
        return _describe("is behind the newest heartbeat", now, seen)
    latest = _latest(now, evidence)
    if latest is not None and now > latest + _OFF_BEFORE_DELETING:
        return _describe(
            "is ahead of the last run of retention and of every heartbeat", now, latest
        )
    return None


def _latest(now: datetime, evidence: ClockEvidence) -> datetime | None:
    """Return the newest moment that is known to have been, none of the future."""
    known = [each for each in (evidence.last_run, evidence.newest_seen) if each is not None]
    return max((each for each in known if each <= now), default=None)


def _describe(how: str, now: datetime, other: datetime) -> str:
    return (
        f"The server's clock shows {now:%Y-%m-%d %H:%M} UTC and {how},"
        f" {other:%Y-%m-%d %H:%M}. {_CONFIRM}"
    )
