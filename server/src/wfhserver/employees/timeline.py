"""Heartbeats of a day, condensed to what a line shows. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from wfhserver.presence.rows import HEARTBEAT_INTERVAL


class Beat(msgspec.Struct, frozen=True):
    """One heartbeat."""

    at: datetime
    status: str


class Segment(msgspec.Struct, frozen=True):
    """A stretch of one status; None is silence: nothing came for longer than it may take."""

    status: str | None
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")


def segments_of(
    beats: Iterable[Beat],
    grace: timedelta,
    until: datetime,
    interval: timedelta = HEARTBEAT_INTERVAL,
) -> list[Segment]:
    """Return the stretches from the first heartbeat on, without a hole, in order.

    A heartbeat covers the *interval* after it, and for what is left to the next one if that is
    not later than *grace*. Nothing lasts longer than *until*: now, or the end of the day.
    """
    found: list[Segment] = []
    for beat in beats:
        if found:
            _continue_to(found, beat.at, grace)
        if not found or found[-1].status != beat.status:
            found.append(Segment(beat.status, beat.at, beat.at))
        _lengthen(found, min(beat.at + interval, max(until, beat.at)))
    return found


def _continue_to(found: list[Segment], moment: datetime, grace: timedelta) -> None:
    last = found[-1]
    if moment <= last.end + grace:
        # Early, in time, or a little late.
        found[-1] = msgspec.structs.replace(last, end=moment)
    else:
        found.append(Segment(None, last.end, moment))


def _lengthen(found: list[Segment], end: datetime) -> None:
    found[-1] = msgspec.structs.replace(found[-1], end=end)


def covered(segments: Iterable[Segment]) -> timedelta:
    """Return how long something was heard."""
    spans = (each.end - each.start for each in segments if each.status is not None)
    return sum(spans, timedelta(0))
