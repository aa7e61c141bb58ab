"""A plugin that is left alone for a time, because it failed. Pure."""

from typing import NamedTuple


class Pause(NamedTuple):
    """It began *begun_seconds* ago and ends in *left_seconds*, 0 where it is being tried again.

    *why* is one sentence, or a part of one.
    """

    begun_seconds: float
    left_seconds: float
    why: str
