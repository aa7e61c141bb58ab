"""Whose leave the events of a calendar are. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from wfhserver.schedules.feed_events import FeedEvent
from wfhserver.storage.postgres.leave_feeds import NamedEmployee

_ONE_DAY = timedelta(days=1)
# As calendars of HR programs write it: "Anna Gruber - Vacation", "Out: anna@example.com (half)".
_PARTS = re.compile(r"\s+[-\N{EN DASH}\N{EM DASH}]\s+|[:,;|/()\[\]]")
Leave = tuple[int, date, date]


class Matcher:
    """Finds employees by the e-mail addresses of an event, or a name in its title."""

    def __init__(self, people: Iterable[NamedEmployee]) -> None:
        self._emails: dict[str, int] = {}
        self._names: dict[str, set[int]] = defaultdict(set)
        for each in people:
            if each.email is not None:
                self._emails[each.email.casefold()] = each.employee_id
            own = {each.username, each.display_name, each.email, *each.further_usernames}
            for name in own - {None}:
                self._names[str(name).casefold()].add(each.employee_id)

    def employee_of(self, event: FeedEvent) -> int | None:
        """Return whose event it is; None for nobody's, and for a name that two people have."""
        for email in event.emails:
            if email.casefold() in self._emails:
                return self._emails[email.casefold()]
        found = {
            number
            for part in (event.summary, *_PARTS.split(event.summary))
            for number in self._names.get(part.strip().casefold(), ())
        }
        return found.pop() if len(found) == 1 else None


def leave_of(
    events: Iterable[FeedEvent], matcher: Matcher, employee_id: int | None
) -> tuple[list[Leave], int]:
    """Return the leave of the employees, and the number of events that are nobody's.

    With *employee_id*, every event is that employee's. Days that follow each other are one range.
    """
    days: dict[int, list[tuple[date, date]]] = defaultdict(list)
    unmatched = 0
    for event in events:
        whose = matcher.employee_of(event) if employee_id is None else employee_id
        if whose is None:
            unmatched += 1
        else:
            days[whose].append((event.first, event.last))
    found = [
        (number, first, last)
        for number in sorted(days)
        for first, last in _joined(sorted(days[number]))
    ]
    return found, unmatched


def _joined(ranges: list[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    first, last = ranges[0]
    for begin, end in ranges[1:]:
        if begin > last + _ONE_DAY:
            yield first, last
            first, last = begin, end
        last = max(last, end)
    yield first, last
