"""Asks a calendar in a child process which days are off."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from wfhagent.plugin import Calendar
from wfhagent.plugins.source import Source
from wfhagent.process.child.call import call
from wfhagent.system.sentence import sentence

TASK = "calendar"


class CalendarRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the child gets: *table* is `[plugins.<calendar>]` of *config_file*."""

    source: Source
    calendar: str
    table: Mapping[str, Any]
    config_file: str
    days: tuple[date, ...]


class DaysOff(msgspec.Struct, frozen=True, kw_only=True):
    """The reason for each day off, or *failure*, one sentence, when the calendar gave nothing."""

    reasons: Mapping[date, str] = msgspec.field(default_factory=dict)
    failure: str = ""


def ask_calendar(
    request: CalendarRequest,
    *,
    program: Sequence[str],
    limit_seconds: float,
    reply: Callable[[bytes], bytes],
) -> DaysOff:
    """Return which of the days asked for are off.

    *reply* answers the questions of the child, which is killed at the limit.
    """
    body = msgspec.msgpack.encode(request)
    answer = call(
        program,
        TASK,
        body,
        limit_seconds=limit_seconds,
        third_party=request.source.third_party,
        reply=reply,
    )
    if answer.problem:
        return DaysOff(failure=sentence(answer.problem))
    try:
        return msgspec.msgpack.decode(answer.body, type=DaysOff)
    except ValueError as error:
        return DaysOff(failure=sentence(f"what it gave cannot be read: {error}"))


def reason_of(calendar: Calendar[Any], day: date) -> str:
    """Return why *day* is off, empty when it is not.

    Raises TypeError for an answer that is neither, and whatever *calendar* raises.
    """
    why: Any = calendar.day_off(day)
    if why is None:
        return ""
    if not isinstance(why, str) or not why.strip():
        # A false one must not be taken for a reason.
        raise TypeError(f"day_off({day}) gave {why!r}; it must give a reason, or None")
    return sentence(why)
