"""When a heartbeat is due. Pure.

Counts in elapsed seconds, which know sleep and no jumps, so that setting a clock moves nothing.
"""

from wfhagent.schedule.rng import Random


class HeartbeatSchedule:
    """One heartbeat at once, then one per interval from a random phase.

    The phase keeps laptops that are opened at nine from reporting in the same second for ever.

    Attributes:
        next_at: when the next one is due, in elapsed seconds.
    """

    def __init__(self, interval_seconds: float, rng: Random) -> None:
        self.next_at = 0.0
        self._interval = interval_seconds
        self._rng = rng
        self._at_once = True

    def resumed(self, elapsed: float) -> None:
        """Send one at once: the machine slept. Those that sleep swallowed are not invented."""
        self.next_at = elapsed
        self._at_once = True

    def begin_anywhere(self, elapsed: float) -> None:
        """Send the next one at a random time of an interval: the working hours have begun."""
        self.next_at = elapsed + self._rng.uniform(0.0, self._interval)
        self._at_once = False

    def is_due(self, elapsed: float) -> bool:
        """Tell whether one is due."""
        return self._at_once or elapsed >= self.next_at

    def due(self, elapsed: float) -> bool:
        """Tell whether one is due, and count it as sent."""
        if not self.is_due(elapsed):
            return False
        if self._at_once:
            self._at_once = False
            self.next_at = elapsed + self._rng.uniform(0.0, self._interval)
        else:
            # On the grid of the phase; a late heartbeat does not shift it.
            self.next_at += self._interval
            if self.next_at <= elapsed:
                self.next_at = elapsed + self._interval
        return True
