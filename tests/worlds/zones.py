"""Time zones in which tests do not depend on the hour at which they run."""

from tests.waiting import CLOCK

FARTHEST_EAST = 14
DAY_HOURS = 24


def zone_with_hour(hour: int) -> str:
    """Return a zone in which it is about *hour* o'clock, of whatever day."""
    ahead = hour - CLOCK.now().hour
    if ahead > FARTHEST_EAST:
        ahead -= DAY_HOURS
    elif ahead < FARTHEST_EAST - DAY_HOURS:
        ahead += DAY_HOURS
    # The signs of these names are those of POSIX.
    return f"Etc/GMT{-ahead:+d}"
