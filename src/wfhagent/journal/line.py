"""A day's heartbeats as one line, drawn as SVG. Pure."""

from collections.abc import Iterator
from datetime import datetime, time, tzinfo

from wfhagent.html.elements import Html, element, joined
from wfhagent.journal.timeline import DayOfJournal, Fate, Stretch
from wfhagent.messages import N_, _, ngettext

MINUTES = 24 * 60
LEAST_PERCENT = 0.35
"""One heartbeat alone is still to be seen."""
WORDS = {
    Fate.SENT: N_("sent"),
    Fate.LATE: N_("sent later"),
    Fate.WAITS: N_("waiting"),
    Fate.REFUSED: N_("rejected"),
}
_HEIGHTS = {Fate.SENT: 16, Fate.LATE: 12, Fate.WAITS: 8, Fate.REFUSED: 4}
"""Height shows the same as color."""
_BASE = 26


def draw(day: DayOfJournal, zone: tzinfo, start: time, end: time) -> Html:
    """Return the line of *day*; *start* to *end* is the window of the detailed logs."""
    left, right = _minute(start), _minute(end)
    window = element(
        "rect",
        class_="window",
        x=_percent(left),
        y=2,
        width=_percent(right - left),
        height=_BASE - 2,
    )
    base = element("rect", class_="base", x="0%", y=_BASE, width="100%", height=1)
    return element(
        "svg",
        window,
        base,
        *(_bar(stretch, zone) for stretch in day.stretches),
        *(_log(log.at, log.slot, zone) for log in day.logs),
        *_hours(),
        class_="line",
        role="img",
        aria_label=in_words(day, zone),
        height=44,
        width="100%",
    )


def in_words(day: DayOfJournal, zone: tzinfo) -> str:
    """Return the line for those who do not see it."""
    if not day.stretches:
        return _("No heartbeats")
    spans = [
        _("{start} to {end}").format(start=clock(one.start, zone), end=clock(one.end, zone))
        + ("" if one.fate is Fate.SENT else f" ({_(WORDS[one.fate])})")
        for one in day.stretches
    ]
    text = ngettext("{count} heartbeat: {spans}", "{count} heartbeats: {spans}", len(day.beats))
    return text.format(count=len(day.beats), spans=", ".join(spans))


def clock(moment: datetime, zone: tzinfo) -> str:
    """Return the local time of *moment*, as people write it."""
    return f"{moment.astimezone(zone):%H:%M}"


def _bar(stretch: Stretch, zone: tzinfo) -> Html:
    left = _minute(stretch.start.astimezone(zone).time())
    # A stretch that reaches midnight ends at the right edge, not at the left one.
    ends_next_day = stretch.end.astimezone(zone).date() > stretch.start.astimezone(zone).date()
    right = MINUTES if ends_next_day else _minute(stretch.end.astimezone(zone).time())
    height = _HEIGHTS[stretch.fate]
    width = max(LEAST_PERCENT, 100 * (right - left) / MINUTES)
    return element(
        "rect",
        class_=stretch.fate,
        x=_percent(left),
        y=_BASE - height,
        width=f"{width:.2f}%",
        height=height,
    )


def _log(at: datetime, slot: int, zone: tzinfo) -> Html:
    x = _percent(_minute(at.astimezone(zone).time()))
    return joined(
        element("circle", class_="log", cx=x, cy=10, r=8),
        element("text", str(slot) if slot else "t", class_="number", x=x, y=14),
    )


def _hours() -> Iterator[Html]:
    for hour, anchor in ((0, "start"), (6, "middle"), (12, "middle"), (18, "middle"), (24, "end")):
        label = f"{hour:02}:00"
        x = _percent(hour * 60)
        yield element("text", label, class_="hour", x=x, y=40, text_anchor=anchor)


def _minute(moment: time) -> float:
    return moment.hour * 60 + moment.minute + moment.second / 60


def _percent(minutes: float) -> str:
    return f"{100 * minutes / MINUTES:.2f}%"
