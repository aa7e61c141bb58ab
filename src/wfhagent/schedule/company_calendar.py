"""The working hours that the company's server knows of: they only make a window smaller. Pure."""

import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from wfhagent.schedule.working_day import Span, Window

Aware = Annotated[datetime, Meta(tz=True)]


class WorkingHours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours in which an employee works, from *start* up to *end*; both are aware."""

    start: Aware
    end: Aware


class CompanyCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """The employee's working hours from *covers_from* up to *covers_until*; all moments are aware.

    Of other times nothing is known. *revision* is the number that the server's answers to
    heartbeats have. With *only_in_working_hours* nothing at all is collected or sent outside.
    """

    revision: int
    covers_from: Aware
    covers_until: Aware
    working_hours: tuple[WorkingHours, ...] = ()
    only_in_working_hours: bool = False

    def narrow(self, window: Window) -> Window | None:
        """Return the part of *window* in which the employee works; None when there is none.

        Whatever this calendar holds, each moment of that part is one of *window*.
        """
        if self.covers_until <= self.covers_from:
            return window
        hours = [
            (max(each.start, self.covers_from), min(each.end, self.covers_until))
            for each in self.working_hours
        ]
        unknown = [(window.start, self.covers_from), (self.covers_until, window.end)]
        parts = [
            part
            for begin, end in _joined([*hours, *unknown])
            for part in _within(window, begin, end)
        ]
        if not parts:
            return None
        gaps = [(before[1], after[0]) for before, after in itertools.pairwise(parts)]
        return Window(start=parts[0][0], end=parts[-1][1], gaps=tuple(gaps))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return *spans* in order, those that touch as one, without empty ones."""
    joined: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _within(window: Window, begin: datetime, end: datetime) -> Iterable[Span]:
    """Yield the parts of *begin* to *end* that *window* holds, in order."""
    begin, end = max(begin, window.start), min(end, window.end)
    for gap_begin, gap_end in window.gaps:
        if begin < min(gap_begin, end):
            yield begin, min(gap_begin, end)
        begin = max(begin, gap_end)
    if begin < end:
        yield begin, end
