"""What the process that reads calendars answers, without the libraries that it loads."""

from datetime import date
from typing import Final

import msgspec

EVENT_LIMIT: Final = 20_000
CPU_SECONDS: Final = 20


class FeedEvent(msgspec.Struct, frozen=True):
    """Days of an event, both included, and what may say whose it is."""

    first: date
    last: date
    emails: list[str]
    summary: str


class FeedResult(msgspec.Struct):
    """The events, or in *problem* why there are none: `format` or `limit`."""

    events: list[FeedEvent] = []
    problem: str | None = None
