"""The process that reads a calendar: `python -m wfhserver.schedules.feed_process FIRST LAST`.

An iCalendar file comes in on standard input; its events from FIRST to LAST go out on standard
output, as JSON. Memory and CPU time are limited, so that a calendar whose events repeat for ever
ends this process and not the server.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

import icalendar
import msgspec
import recurring_ical_events

from wfhserver.schedules.feed_events import CPU_SECONDS, EVENT_LIMIT, FeedEvent, FeedResult

if sys.platform != "win32":
    import resource

_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_TEXT_LIMIT: Final = 200
_ONE_DAY: Final = timedelta(days=1)


def read_calendar(content: bytes, first: date, last: date) -> FeedResult:
    """Return the whole days of the events between two days."""
    try:
        calendars = icalendar.Calendar.from_ical(content, multiple=True)
        if not calendars or any(each.name != "VCALENDAR" for each in calendars):
            return FeedResult(problem="format")
        found = list(islice(_events(calendars, first, last), EVENT_LIMIT + 1))
    except Exception:  # noqa: BLE001 -- whatever a library says of somebody else's file
        return FeedResult(problem="format")
    return FeedResult(problem="limit") if len(found) > EVENT_LIMIT else FeedResult(found)


def _events(calendars: list[Any], first: date, last: date) -> Iterator[FeedEvent]:
    for calendar in calendars:
        calendar.subcomponents = [
            each for each in calendar.subcomponents if each.name != "VEVENT" or "DTSTART" in each
        ]
        series = recurring_ical_events.of(calendar, components=["VEVENT"], skip_bad_series=True)
        for event in series.between(first, last + _ONE_DAY):
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            days = _days(event.start, event.end)
            if days is not None:
                begin, end = max(days[0], first), min(days[1], last)
                if begin <= end:
                    summary = str(event.get("SUMMARY", ""))[:_TEXT_LIMIT]
                    yield FeedEvent(begin, end, list(_emails(event)), summary)


def _days(start: date, end: date) -> tuple[date, date] | None:
    """Return the first and the last day that an event takes as a whole; None when it takes none."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start, max(start, end - _ONE_DAY)
    begin = start.date() if start.time() == time() else start.date() + _ONE_DAY
    last = end.date() - _ONE_DAY
    return (begin, last) if begin <= last else None


def _emails(event: Any) -> Iterator[str]:
    for name in ("ATTENDEE", "ORGANIZER"):
        given = event.get(name, [])
        for address in given if isinstance(given, list) else [given]:
            yield str(address).lower().removeprefix("mailto:")[:_TEXT_LIMIT]


def main() -> None:
    """Read one calendar."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    first, last = (date.fromisoformat(each) for each in sys.argv[1:])
    result = read_calendar(sys.stdin.buffer.read(), first, last)
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    main()
