"""The journal: one page that needs no network and runs no script. Pure, except for images."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, tzinfo

import msgspec

from wfhagent.html.elements import Html, element, page
from wfhagent.html.prose import folded, inline, skip_to
from wfhagent.html.style import STYLE
from wfhagent.journal.entry import show_log, show_screenshot
from wfhagent.journal.line import WORDS, clock, draw
from wfhagent.journal.timeline import DayOfJournal, Fate, HeartbeatEntry, LogEntry
from wfhagent.messages import _, ngettext
from wfhagent.messages.dates import date_and_time, weekday_and_day
from wfhagent.notice.policy import Notice
from wfhagent.notice.register import Record
from wfhagent.outbox.history import Dropped
from wfhagent.payload import MissedSlot
from wfhagent.privacy.inventory import Inventory
from wfhagent.privacy.notice import as_section
from wfhagent.privacy.page import COMPANY
from wfhagent.privacy.web import collected

MOST_SCREENSHOT_BYTES = 40_000_000
"""Of all screenshots on one page, before they are encoded: more slows browsers down."""


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a journal; *days* are newest first, *state* is a sentence about the agent,
    *days_off* are those of the coming week.

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
    days_off: str = ""
    notice: Notice | None = None
    acknowledgement: Record | None = None
    others: tuple[str, ...] = ()


def render(
    journal: Journal,
    inventory: Inventory,
    zone: tzinfo,
    screenshot: Callable[[int], bytes],
) -> Html:
    """Return the page. *screenshot* returns the image of a log by the log's id."""
    start, end = time.fromisoformat(inventory.start), time.fromisoformat(inventory.end)
    shown = _Screenshots(screenshot, zone)
    days = [_day(day, zone, start, end, shown) for day in journal.days]
    nothing = element("p", _("Nothing was recorded in this period."))
    return page(
        _("Journal of this device"),
        STYLE,
        skip_to("days", _("Skip to the days")),
        element(
            "main",
            *_head(journal, zone),
            *_key(),
            element("div", *(days[:1] or [nothing]), id="days"),
            *_earlier(days[1:]),
            *_notice(journal),
            folded(_("What is collected"), *collected(inventory), name="collected"),
        ),
    )


def _earlier(days: Sequence[Html]) -> Iterator[Html]:
    """Yield the days before the newest one, folded: they are many, and seldom looked at."""
    if days:
        title = ngettext("{count} earlier day", "{count} earlier days", len(days))
        title = title.format(count=len(days))
        yield folded(title, *days, name="earlier")


class _Screenshots:
    """Shows screenshots until the page is as large as browsers can open."""

    def __init__(self, screenshot: Callable[[int], bytes], zone: tzinfo) -> None:
        self._screenshot = screenshot
        self._zone = zone
        self._left = MOST_SCREENSHOT_BYTES

    def show(self, log: LogEntry, day: date) -> Html:
        if not log.picture_bytes:
            return element("p", _("No screenshot was sent from this device."), class_="soft")
        if log.picture_bytes > self._left:
            self._left = 0
            text = _(
                "The screenshot ({count:,} bytes) would make this page too large. To see it, run "
                "`wfhagent journal --day {day}`."
            )
            full = inline(text.format(count=log.picture_bytes, day=day))
            return element("p", full, class_="soft")
        self._left -= log.picture_bytes
        return show_screenshot(log, self._screenshot(log.id), self._zone)


def _head(journal: Journal, zone: tzinfo) -> Iterator[Html]:
    title = _("What was sent from this device")
    if journal.username:
        title = _("What was sent for {user} on {device}").format(
            user=journal.username, device=journal.hostname
        )
    yield element("h1", title)
    about = _(
        "Sent to {server}. This page was made on {when} from data on this device, and is not sent "
        "anywhere. Times are in {zone}."
    ).format(
        server=journal.server,
        when=date_and_time(journal.made_at.astimezone(zone)),
        zone=journal.zone,
    )
    yield element("p", about, class_="soft")
    yield element(
        "nav",
        element("a", _("What is collected"), href="#collected"),
        element("a", _("When"), href="#when"),
        aria_label=_("Parts of this page"),
    )
    yield element("p", journal.state)
    if journal.days_off:
        text = _("Days off in the next 7 days: {days}. No detailed log is taken on them.")
        yield element("p", text.format(days=journal.days_off))
    for other in journal.others:
        yield element("p", other, class_="problem")
    if journal.problem:
        yield element("p", journal.problem, class_="problem")
    yield element("p", _totals(journal))


def _totals(journal: Journal) -> str:
    heartbeats = [heartbeat.fate for day in journal.days for heartbeat in day.beats]
    logs = [log for day in journal.days for log in day.logs]
    tests = [log.fate for log in logs if not log.slot]
    counted = [_heartbeats(heartbeats), _detailed_logs([log.fate for log in logs if log.slot])]
    if tests:
        counted.append(_test_logs(tests))
    days = journal.asked_days
    text = ngettext("In the last {days} day: {counts}.", "In the last {days} days: {counts}.", days)
    return text.format(days=days, counts=", ".join(counted))


def _heartbeats(fates: Sequence[Fate]) -> str:
    return _counted(fates, ngettext("{count:,} heartbeat", "{count:,} heartbeats", len(fates)))


def _detailed_logs(fates: Sequence[Fate]) -> str:
    text = ngettext("{count:,} detailed log", "{count:,} detailed logs", len(fates))
    return _counted(fates, text)


def _test_logs(fates: Sequence[Fate]) -> str:
    return _counted(fates, ngettext("{count:,} test log", "{count:,} test logs", len(fates)))


def _counted(fates: Sequence[Fate], text: str) -> str:
    """Return *text* with how many of *fates* are waiting or were rejected."""
    waiting, rejected = fates.count(Fate.WAITS), fates.count(Fate.REFUSED)
    others = [
        *([_("{count:,} waiting").format(count=waiting)] if waiting else []),
        *([_("{count:,} rejected").format(count=rejected)] if rejected else []),
    ]
    counted = text.format(count=len(fates))
    return f"{counted} ({', '.join(others)})" if others else counted


def _key() -> Iterator[Html]:
    """Explain the colors and heights of the line."""
    items = []
    for number, (fate, word) in enumerate(WORDS.items()):
        height = 16 - 4 * number
        bar = element("rect", class_=fate, x=0, y=16 - height, width=14, height=height)
        icon = element("svg", bar, width=14, height=16, aria_hidden="true")
        items.append(element("li", icon, _(word)))
    note = _(
        "A gap means that the device was off or asleep, or that a heartbeat is missing. Circles "
        "are detailed logs. The shaded hours are those in which logs are taken."
    )
    yield element("ul", *items, class_="key soft", aria_label=_("Heartbeats"))
    yield element("p", note, class_="soft")


def _day(day: DayOfJournal, zone: tzinfo, start: time, end: time, shown: _Screenshots) -> Html:
    tests = [log.fate for log in day.logs if not log.slot]
    counted = [
        _heartbeats([heartbeat.fate for heartbeat in day.beats]),
        _detailed_logs([log.fate for log in day.logs if log.slot]),
        *([_test_logs(tests)] if tests else []),
    ]
    refused = [heartbeat for heartbeat in day.beats if heartbeat.fate is Fate.REFUSED]
    return element(
        "section",
        element(
            "header",
            element("h2", weekday_and_day(day.day)),
            element("span", ", ".join(counted), class_="soft"),
        ),
        draw(day, zone, start, end),
        *(element("p", _missed(one, zone)) for one in day.missed),
        *(element("p", _loss(one)) for one in day.lost),
        *(element("p", _refused(heartbeat, zone)) for heartbeat in refused),
        *(show_log(log, zone, shown.show(log, day.day)) for log in day.logs),
        class_="card",
        id=f"day-{day.day}",
    )


def _missed(one: MissedSlot, zone: tzinfo) -> str:
    text = _("Log {number} is missing: {reason}.").format(number=one.slot, reason=_(one.reason))
    if isinstance(one.awake_from, datetime) and isinstance(one.awake_until, datetime):
        awake = _("This device was awake between {first} and {last}.").format(
            first=clock(one.awake_from, zone), last=clock(one.awake_until, zone)
        )
        text = f"{text} {awake}"
    return text


def _refused(heartbeat: HeartbeatEntry, zone: tzinfo) -> str:
    return _("The server rejected the heartbeat of {time}: {answer}").format(
        time=clock(heartbeat.at, zone), answer=heartbeat.answer
    )


def _loss(lost: Dropped) -> str:
    what = (
        ngettext("{count:,} heartbeat", "{count:,} heartbeats", lost.count)
        if lost.kind == "heartbeat"
        else ngettext("{count:,} log", "{count:,} logs", lost.count)
    ).format(count=lost.count)
    if lost.state == "queued":
        text = _("Dropped and never sent: {what} ({reason}).")
    else:
        text = _("Removed early from this journal: {what} ({reason}).")
    return text.format(what=what, reason=_(lost.reason))


def _notice(journal: Journal) -> Iterator[Html]:
    """Yield the notice, folded once it is acknowledged."""
    notice, record = journal.notice, journal.acknowledgement
    if notice is None or record is None or not (notice.words or record.changes):
        return
    title, parts = _(COMPANY), as_section(notice, record)
    if record.acknowledged_at is not None:
        yield folded(title, *parts, name="notice")
    else:
        yield element("section", element("h1", title), *parts, id="notice")
