"""The only place that reads time; everything else gets it as an argument."""

import sys
import threading
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta


def pause(seconds: float) -> None:
    """Wait *seconds*; nothing ends it earlier. For waits that no test's clock has to shorten."""
    threading.Event().wait(seconds)


class Clock(ABC):
    """What the agent knows of time. A test or a simulation brings its own."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the time, aware and in UTC; disciplined by the server once it has answered."""

    @abstractmethod
    def elapsed(self) -> float:
        """Return seconds since some fixed moment: they count sleep and know no jumps."""

    @abstractmethod
    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        """Wait until *wakeup* is set (true) or *seconds* have passed (false)."""

    @abstractmethod
    def observe(self, server_time: datetime) -> None:
        """Take the time that the server's answer carried for the right one."""

    @abstractmethod
    def skew(self) -> timedelta | None:
        """Return how far the laptop's clock is ahead of the server's; None before an answer."""


class SystemClock(Clock):
    """The laptop's clock until the server has answered, from then on the server's.

    Once anchored, the time runs on with `elapsed`, so that setting the laptop's clock to another
    hour moves nothing.
    """

    def __init__(self) -> None:
        self._anchor: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        if self._anchor is None:
            return self.laptop_time()
        server_time, at = self._anchor
        return server_time + timedelta(seconds=self.elapsed() - at)

    def elapsed(self) -> float:
        return _elapsed()

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        return wakeup.wait(seconds)

    def observe(self, server_time: datetime) -> None:
        self._anchor = (server_time.astimezone(UTC), self.elapsed())

    def laptop_time(self) -> datetime:
        """Return what the laptop's own clock shows, right or wrong."""
        return datetime.now(UTC)  # noqa: TID251 -- the one reader of the wall clock

    def skew(self) -> timedelta | None:
        return None if self._anchor is None else self.laptop_time() - self.now()


if sys.platform == "linux":

    def _elapsed() -> float:
        # CLOCK_MONOTONIC stops during suspend on Linux; this one does not.
        return time.clock_gettime(time.CLOCK_BOOTTIME)

elif sys.platform == "darwin":

    def _elapsed() -> float:
        # time.monotonic() is mach_absolute_time, which stops during sleep.
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:
    _elapsed = time.monotonic
