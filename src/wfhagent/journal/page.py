"""The journal as one page that needs no network and runs no script. Pure but for the pictures."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, tzinfo

import msgspec

from wfhagent.html.elements import Html, element, page
from wfhagent.html.style import STYLE
from wfhagent.journal.chronicle import DayOfJournal, Fate, LogEntry
from wfhagent.journal.entry import show_log, show_picture
from wfhagent.journal.line import WORDS, clock, draw
from wfhagent.notice.policy import Notice
from wfhagent.notice.register import Record
from wfhagent.payload import MissedSlot
from wfhagent.privacy.inventory import Inventory
from wfhagent.privacy.notice import as_section
from wfhagent.privacy.web import collected, folded, inline, skip_to

MOST_PICTURE_BYTES = 40_000_000
"""Of all pictures on one page, before they are encoded: what a browser opens at once."""


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """All that a journal tells; *days* are newest first, *state* says how the agent is doing.

    *others* has a sentence for each further agent of this user, which has its own journal.
    """

    made_at: datetime
    zone: str
    username: str
    hostname: str
    server: str
    state: str
    problem: str
    asked_days: int
    days: tuple[DayOfJournal, ...]
    notice: Notice | None = None
    acknowledgement: Record | None = None
    others: tuple[str, ...] = ()


def render(
    journal: Journal,
    inventory: Inventory,
    zone: tzinfo,
    picture: Callable[[int], bytes],
) -> Html:
    """Return the page; *picture* gives the bytes of a log's picture by its id."""
    start, end = time.fromisoformat(inventory.start), time.fromisoformat(inventory.end)
    shown = _Pictures(picture, zone)
    days = [_day(day, zone, start, end, shown) for day in journal.days]
    nothing = element("p", "Nothing was recorded in this time.")
    return page(
        "Journal of this machine",
        STYLE,
        skip_to("days", "Skip to the days"),
        element(
            "main",
            *_head(journal, zone),
            *_key(),
            element("div", *(days[:1] or [nothing]), id="days"),
            *_earlier(days[1:]),
            *_notice(journal),
            folded("What is collected", *collected(inventory), name="collected"),
        ),
    )


def _earlier(days: Sequence[Html]) -> Iterator[Html]:
    """Yield the days before the newest one, folded: they are many, and seldom looked at."""
    if days:
        title = "1 earlier day" if len(days) == 1 else f"{len(days)} earlier days"
        yield folded(title, *days, name="earlier")


class _Pictures:
    """Shows pictures as long as the page stays of a size that a browser opens."""

    def __init__(self, picture: Callable[[int], bytes], zone: tzinfo) -> None:
        self._picture = picture
        self._zone = zone
        self._left = MOST_PICTURE_BYTES

    def show(self, log: LogEntry, day: date) -> Html:
        if not log.picture_bytes:
            return element("p", "No picture left this machine.", class_="soft")
        if log.picture_bytes > self._left:
            self._left = 0
            text = (
                f"Its picture ({log.picture_bytes:,} bytes) is not on this page, which would be "
                f"too large: `wfhagent journal --day {day}` shows it."
            )
            return element("p", inline(text), class_="soft")
        self._left -= log.picture_bytes
        return show_picture(log, self._picture(log.id), self._zone)


def _head(journal: Journal, zone: tzinfo) -> Iterator[Html]:
    who = f"{journal.username} on {journal.hostname}" if journal.username else "this machine"
    yield element("h1", f"What {who} sent")
    yield element(
        "p",
        f"To {journal.server}. Made on {journal.made_at.astimezone(zone):%d %B %Y, %H:%M}, from "
        f"what this machine keeps, and sent to nobody. All times are of {journal.zone}.",
        class_="soft",
    )
    yield element(
        "nav",
        element("a", "What is collected", href="#collected"),
        element("a", "When", href="#when"),
        aria_label="Parts of this page",
    )
    yield element("p", journal.state)
    for other in journal.others:
        yield element("p", other, class_="problem")
    if journal.problem:
        yield element("p", journal.problem, class_="problem")
    yield element("p", _totals(journal))


def _totals(journal: Journal) -> str:
    beats = [beat.fate for day in journal.days for beat in day.beats]
    logs = _logs([log for day in journal.days for log in day.logs], "detailed log")
    counted = [_counted(beats, "heartbeat"), *logs]
    return f"In the last {journal.asked_days} days: {', '.join(counted[:-1])} and {counted[-1]}."


def _logs(logs: Sequence[LogEntry], noun: str) -> list[str]:
    """Return how many logs there are, and how many test logs where there are any."""
    tests = [log.fate for log in logs if not log.slot]
    counted = _counted([log.fate for log in logs if log.slot], noun)
    return [counted, _counted(tests, "test log")] if tests else [counted]


def _counted(fates: Sequence[Fate], noun: str) -> str:
    others = [
        f"{fates.count(fate):,} {word}"
        for fate, word in ((Fate.WAITS, "waiting"), (Fate.REFUSED, "refused"))
        if fate in fates
    ]
    inside = f" ({', '.join(others)})" if others else ""
    return f"{_plural(len(fates), noun)}{inside}"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _key() -> Iterator[Html]:
    """Say what the line's colours and heights mean."""
    items = []
    for number, (fate, word) in enumerate(WORDS.items()):
        height = 16 - 4 * number
        bar = element("rect", class_=fate, x=0, y=16 - height, width=14, height=height)
        icon = element("svg", bar, width=14, height=16, aria_hidden="true")
        items.append(element("li", icon, word))
    note = "A gap: off, asleep, or no heartbeat. Circles are detailed logs, shaded their hours."
    yield element("ul", *items, class_="key soft", aria_label="Heartbeats")
    yield element("p", note, class_="soft")


def _day(day: DayOfJournal, zone: tzinfo, start: time, end: time, shown: _Pictures) -> Html:
    beats = _counted([beat.fate for beat in day.beats], "heartbeat")
    logs = ", ".join(_logs(day.logs, "log"))
    refused = [beat for beat in day.beats if beat.fate is Fate.REFUSED]
    return element(
        "section",
        element(
            "header",
            element("h2", f"{day.day:%A, %d %B}"),
            element("span", f"{beats}, {logs}", class_="soft"),
        ),
        draw(day, zone, start, end),
        *(element("p", _missed(one, zone)) for one in day.missed),
        *(element("p", _loss(one.count, one.kind, one.state, one.reason)) for one in day.lost),
        *(
            element("p", f"Heartbeat of {beat.at.astimezone(zone):%H:%M} refused: {beat.answer}")
            for beat in refused
        ),
        *(show_log(log, zone, shown.show(log, day.day)) for log in day.logs),
        class_="card",
        id=f"day-{day.day}",
    )


def _missed(one: MissedSlot, zone: tzinfo) -> str:
    awake = ""
    if isinstance(one.awake_from, datetime) and isinstance(one.awake_until, datetime):
        first, last = clock(one.awake_from, zone), clock(one.awake_until, zone)
        awake = f" This computer was awake between {first} and {last}."
    return f"Log {one.slot} is missing: {one.reason}.{awake}"


def _loss(count: int, kind: str, state: str, reason: str) -> str:
    what = _plural(count, kind)
    if state == "queued":
        return f"Given up and never sent: {what}, {reason}."
    return f"Taken from this journal before its time: {what} ({state}), {reason}."


def _notice(journal: Journal) -> Iterator[Html]:
    """Yield the notice, folded once it is acknowledged."""
    notice, record = journal.notice, journal.acknowledgement
    if notice is None or record is None or not (notice.words or record.changes):
        return
    title, parts = "What your company says", as_section(notice, record)
    if record.acknowledged_at is not None:
        yield folded(title, *parts, name="notice")
    else:
        yield element("section", element("h1", title), *parts, id="notice")
