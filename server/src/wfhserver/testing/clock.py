"""A clock that tests move, and a check that believes it."""

import asyncio
from datetime import UTC, datetime, timedelta

from wfhserver.clock import Clock
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.storage.interface import ClockEvidence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class StillClock(Clock):
    """Time moves only when a test moves it; a sleep never ends."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        """Return the time that the test has set."""
        return self.time

    def elapsed(self) -> float:
        """Return the seconds since the start of the test's time."""
        return (self.time - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 -- the clock's signature
        """Sleep until canceled."""
        await asyncio.Event().wait()

    def pause(self, seconds: float) -> None:
        """Move the time on."""
        self.time += timedelta(seconds=seconds)


async def _no_evidence() -> ClockEvidence:
    return ClockEvidence()


async def _nothing_ahead(_: datetime) -> int:
    return 0


def trusting(clock: Clock) -> ClockCheck:
    """Return a check that believes *clock*: a test moves it by months."""
    return ClockCheck(clock, _no_evidence, _nothing_ahead)
