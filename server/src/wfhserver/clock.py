"""The only place that reads the time or waits; everything else gets the time from here."""

import asyncio
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime


class Clock(ABC):
    """What the server knows of time. A test brings its own."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the time, aware and in UTC."""

    @abstractmethod
    def elapsed(self) -> float:
        """Return seconds since some fixed moment; never goes back."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Let other tasks run for *seconds*."""

    @abstractmethod
    def pause(self, seconds: float) -> None:
        """Block the calling thread for *seconds*; for the command line only."""


class SystemClock(Clock):
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 -- the one reader of the wall clock

    def elapsed(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: TID251 -- the one place that blocks
