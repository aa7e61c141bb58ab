"""Waits for another process or another machine."""

from collections.abc import Callable
from typing import TypeVar

from wfhagent.clock import SystemClock, pause

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
CLOCK = SystemClock()


def wait_until(holds: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """Return the first true result of *holds*; fail if there is none within *seconds*."""
    give_up = CLOCK.elapsed() + seconds
    while CLOCK.elapsed() < give_up:
        found = holds()
        if found:
            return found
        pause(0.05)
    raise AssertionError(f"{what} did not happen within {seconds:g} s")
