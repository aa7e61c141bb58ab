"""What the schedule asks of a random generator."""

from typing import Protocol


class Random(Protocol):
    """secrets.SystemRandom() in production; a seeded generator in tests."""

    def random(self) -> float:
        """Return a number of at least 0 and less than 1."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between *a* and *b*."""
