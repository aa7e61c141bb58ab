"""The state of delivery: what the server took last, what is wrong, when to try again."""

import logging
import math
from dataclasses import dataclass
from datetime import datetime

from wfhagent.clock import Clock
from wfhagent.deliver.backoff import Uniform, delay_seconds
from wfhagent.plugin import Delivery

log = logging.getLogger(__name__)

TRANSPORT_FAILED = "transport_failed"
"""The code when the transport itself failed, a plugin, and the server was not asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryState:
    """The state of delivery: when the server last took something, and what is wrong now."""

    delivered_at: datetime | None = None
    problem: str = ""
    code: str = ""


class DeliveryTracker:
    """What the answers of the server amount to.

    Attributes:
        state: for people and for the server.
    """

    def __init__(self, clock: Clock, rng: Uniform) -> None:
        self.state = DeliveryState()
        self._clock = clock
        self._rng = rng
        self._failures = 0
        self._not_before = -math.inf

    def may_try(self) -> bool:
        """Tell whether the next parcel may go now."""
        return self._not_before <= self._clock.elapsed()

    def wait_until(self, elapsed: float) -> None:
        """Try nothing before *elapsed*."""
        self._not_before = max(self._not_before, elapsed)

    def succeed(self) -> None:
        """Note that the server took something."""
        self._failures = 0
        self.state = DeliveryState(delivered_at=self._clock.now())

    def back_off(self, delivery: Delivery) -> None:
        """Note that *delivery* failed, and wait longer each time."""
        self._failures += 1
        delay = delay_seconds(
            self._failures, retry_after_seconds=delivery.retry_after_seconds, rng=self._rng
        )
        self._not_before = self._clock.elapsed() + delay
        self.fail(delivery.code, delivery.detail)

    def fail(self, code: str, problem: str) -> None:
        """Note what is wrong; it is logged when it is new."""
        if (code, problem) != (self.state.code, self.state.problem):
            log.warning("Not delivered: %s %s", code, problem)
        self.state = DeliveryState(
            delivered_at=self.state.delivered_at, problem=problem or code, code=code
        )
