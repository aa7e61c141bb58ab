"""The true state of the world: time, place and power. Everything else may be wrong."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 -- the type; the seed is the caller's
from zoneinfo import ZoneInfo

CUT_PER_STEP = 1 / 8_000
"""On average one of so many steps is hit by a power cut: about one cut in eight days."""


class PowerCut(BaseException):
    """The device loses power at this moment; no code may catch this."""


@dataclass
class World:
    """The truth about one laptop, and a source of randomness.

    Attributes:
        now: the true time.
        zone: where the laptop is.
        laptop_is_ahead: how wrong the laptop's own clock is.
        network: whether the server can be reached at all.
        disk_is_full: whether the disk takes nothing.
    """

    now: datetime
    zone: ZoneInfo
    rng: Random
    laptop_is_ahead: timedelta = timedelta(0)
    network: bool = True
    disk_is_full: bool = False
    power_may_fail: bool = True
    cuts: int = field(default=0)

    def let_pass(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def step(self) -> None:
        """Mark a point where the power may fail."""
        if self.power_may_fail and self.rng.random() < CUT_PER_STEP:
            self.cuts += 1
            raise PowerCut

    def chance(self, probability: float) -> bool:
        """Tell whether something of this *probability* happens."""
        return self.rng.random() < probability
