"""How long to wait before the next try. Pure."""

from typing import Protocol

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 300.0
SHORTEST_SECONDS = 1.0
LONGEST_ASKED_SECONDS = 86_400.0
"""What a server may ask for: by a slip of its own it must not silence a laptop for ever."""


class Uniform(Protocol):
    """The one thing asked of a random generator, such as secrets.SystemRandom()."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between *a* and *b*."""


def delay_seconds(failures: int, *, retry_after_seconds: float | None, rng: Uniform) -> float:
    """Return the seconds to wait after *failures* failures in a row (1 or more).

    Full jitter: uniform up to a bound that doubles, so that 5,000 laptops do not come back to a
    recovering server at once. What the server asked for is the least, jittered on top for the
    same reason.
    """
    bound = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures - 1, 30))
    jitter = rng.uniform(SHORTEST_SECONDS, bound)
    if retry_after_seconds is None:
        return jitter
    return min(retry_after_seconds, LONGEST_ASKED_SECONDS) + jitter
