"""What to drop when the outbox is too full. Pure."""

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 1_000_000


class Drop(StrEnum):
    """What goes next, cheapest loss first."""

    ANSWERED = "answered"
    HEARTBEATS = "heartbeats"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much may lie on the laptop."""

    keep_days: int
    max_bytes: int
    min_free_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """How full it is now: bytes used by the outbox, bytes free on its disk, what is in it."""

    used_bytes: int
    free_bytes: int
    answered: bool
    queued_heartbeats: bool


def next_drop(load: Load, bounds: Bounds) -> Drop:
    """Return what to drop now: answered entries first, then heartbeats, logs never."""
    over = load.used_bytes > bounds.max_bytes or load.free_bytes < bounds.min_free_bytes
    if not over:
        return Drop.NOTHING
    if load.answered:
        return Drop.ANSWERED
    if load.queued_heartbeats:
        return Drop.HEARTBEATS
    return Drop.NOTHING
