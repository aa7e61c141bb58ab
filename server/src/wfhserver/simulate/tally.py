"""The results of a capacity test, and their text."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts since a moment; *requests* are answered ones."""

    made: int = 0
    stored: int = 0
    duplicates: int = 0
    requests: int = 0
    latencies: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add what happened in another span of time."""
        self.made += other.made
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.requests += other.requests
        self.latencies.extend(other.latencies)
        self.errors.update(other.errors)

    @property
    def is_whole(self) -> bool:
        """Whether every heartbeat is on the server, once."""
        return self.made == self.stored + self.duplicates

    def line(self, seconds: float) -> str:
        """Return rate, latencies and errors of a span of *seconds*."""
        times = sorted(self.latencies)
        errors = ", ".join(f"{count} x {what}" for what, count in sorted(self.errors.items()))
        return (
            f"{self.stored / seconds:8.1f} heartbeats/s {self.requests / seconds:8.1f} requests/s"
            f"  p50 {_milliseconds(times, 50)}  p99 {_milliseconds(times, 99)}"
            f"  errors: {errors or 'none'}"
        )


def _milliseconds(times: list[float], percent: int) -> str:
    return f"{times[len(times) * percent // 100] * 1000:.1f} ms" if times else "-"
