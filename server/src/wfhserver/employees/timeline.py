"""Heartbeats of a day, condensed to what a line shows. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from wfhserver.presence.states import HEARTBEAT_INTERVAL


class TimelineHeartbeat(msgspec.Struct, frozen=True):
    """One heartbeat."""

    at: datetime
    status: str


class Segment(msgspec.Struct, frozen=True):
    """A stretch of one status; None is silence: nothing came for longer than it may take."""

    status: str | None
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")


def segments_of(
    heartbeats: Iterable[TimelineHeartbeat],
    grace: timedelta,
    until: datetime,
    interval: timedelta = HEARTBEAT_INTERVAL,
) -> list[Segment]:
    """Return the stretches from the first heartbeat on, without a hole, in order.

    A heartbeat covers the *interval* after it, and for what is left to the next one if that is
    not later than *grace*. Nothing lasts longer than *until*: now, or the end of the day.
    """
    found: list[Segment] = []
    for heartbeat in heartbeats:
        if found:
            _continue_to(found, heartbeat.at, grace)
        if not found or found[-1].status != heartbeat.status:
            found.append(Segment(heartbeat.status, heartbeat.at, heartbeat.at))
        _lengthen(found, min(heartbeat.at + interval, max(until, heartbeat.at)))
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
    """Return for how long there was a status."""
    spans = (each.end - each.start for each in segments if each.status is not None)
    return sum(spans, timedelta(0))
