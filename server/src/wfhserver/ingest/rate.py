"""How much one device may send: a look-up and some arithmetic for each request.

Each worker process counts for itself, so a device that reaches several workers has as much from
each of them.
"""

import math
from typing import Final

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal

# More than 30 days at one heartbeat every five minutes: a whole backlog drains without a wait.
HEARTBEAT_BURST: Final = 10_000
# Fifty times what the shortest interval of an agent needs.
HEARTBEATS_PER_SECOND: Final = 10.0
# More than two logs a day for 30 days.
LOG_BURST: Final = 120
LOGS_PER_SECOND: Final = 0.1
# Everything that an agent asks for besides.
CALL_BURST: Final = 240
CALLS_PER_SECOND: Final = 1.0
_SWEPT_AT = 4096
_ROUNDING = 1e-6


class RateLimit:
    """A bucket per device that holds *burst* and fills by *per_second*.

    Kept per device is one number: when its bucket will be full again. A full one is not kept.
    """

    def __init__(self, clock: Clock, *, burst: int, per_second: float) -> None:
        self._clock = clock
        self._seconds_each = 1 / per_second
        self._seconds_of_burst = burst / per_second
        self._full_at: dict[bytes, float] = {}
        self._swept_at = _SWEPT_AT

    def take(self, device: bytes, count: int = 1) -> None:
        """Take *count* from the bucket of *device*; Refusal `rate_limited` when it holds less."""
        now = self._clock.elapsed()
        full_at = self._full_after(device, count, now)
        if full_at - now > self._seconds_of_burst + _ROUNDING:
            raise self._refusal(full_at - now - self._seconds_of_burst)
        self._store(device, full_at, now)

    def charge(self, device: bytes, count: int) -> None:
        """Take *count* from the bucket of *device* afterwards, even where it holds less."""
        now = self._clock.elapsed()
        full_at = self._full_after(device, count, now)
        self._store(device, min(full_at, now + self._seconds_of_burst), now)

    def _full_after(self, device: bytes, count: int, now: float) -> float:
        return max(self._full_at.get(device, now), now) + count * self._seconds_each

    def _store(self, device: bytes, full_at: float, now: float) -> None:
        self._full_at[device] = full_at
        if len(self._full_at) > self._swept_at:
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        self._full_at = {device: at for device, at in self._full_at.items() if at > now}
        # Each device costs the same number of steps, however many there are.
        self._swept_at = max(_SWEPT_AT, 2 * len(self._full_at))

    def _refusal(self, seconds: float) -> Refusal:
        return Refusal(
            Code.RATE_LIMITED,
            "This device sends more than is allowed. Keep everything and send it later.",
            retry_after=math.ceil(seconds),
        )
