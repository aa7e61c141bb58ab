"""How long a transport is left alone whose process keeps failing. Pure."""

from dataclasses import dataclass

from wfhagent.schedule.pause import Pause

FIRST_SECONDS = 5.0
GROWTH = 4
LONGEST_SECONDS = 3600.0
QUARANTINED_AFTER = 3
"""Failures; the ones before are retried within half a minute."""
RECOVERED_AFTER = 12
"""Parcels in a row: an hour of heartbeats."""


@dataclass(slots=True)
class Quarantine:
    """Remembers failures of one transport's process. *elapsed* are seconds.

    Attributes:
        failures: how often it failed before it recovered.
        why: why it failed last, a sentence without a full stop.
        wait_seconds: how long it was left alone after that.
    """

    failures: int = 0
    why: str = ""
    wait_seconds: float = 0.0
    _since: float = 0.0
    _until: float = 0.0
    _carried: int = 0

    @property
    def is_on(self) -> bool:
        """Whether it failed so often that it is no accident."""
        return self.failures >= QUARANTINED_AFTER

    def describe(self, name: str) -> str:
        """Return what people read of the transport *name* until it has recovered."""
        times = "" if self.failures == 1 else f" {self.failures} times"
        return f"The transport `{name}` failed{times}: {self.why}."

    def fail(self, why: str, elapsed: float) -> None:
        """Note a failure: the next try may be after a time that grows with each."""
        if not self.failures:
            self._since = elapsed
        self.failures += 1
        self.why = why
        self.wait_seconds = min(
            LONGEST_SECONDS, FIRST_SECONDS * GROWTH ** min(self.failures - 1, 9)
        )
        self._until = elapsed + self.wait_seconds
        self._carried = 0

    def carry(self) -> None:
        """Note a parcel that came back with an answer."""
        self._carried += 1
        if self._carried >= RECOVERED_AFTER:
            self.failures = 0

    def pause(self, elapsed: float) -> Pause | None:
        """Return since when it has been failing, and why; None unless it is in quarantine."""
        if not self.is_on:
            return None
        return Pause(elapsed - self._since, self.remaining(elapsed), self.why)

    def remaining(self, elapsed: float) -> float:
        """Return for how many seconds it must not be tried; 0 when it may be."""
        return max(0.0, self._until - elapsed) if self.failures else 0.0
