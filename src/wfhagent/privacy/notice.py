"""The notice as people read it, on a terminal and in a browser. Pure."""

from collections.abc import Iterator
from datetime import datetime

from wfhagent.html.elements import Html, element, page
from wfhagent.html.style import STYLE
from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.notice.register import Record
from wfhagent.privacy.inventory import Inventory
from wfhagent.privacy.page import TITLE
from wfhagent.privacy.web import collected, inline, skip_to

HOW = "`wfhagent notice --acknowledge`, or the icon in the panel"
CHANGED = "What has changed"
_NO_WORDS = "Your company has written no notice of its own."


def as_text(notice: Notice, record: Record, inventory: Inventory) -> str:
    """Return *notice* for a terminal."""
    lines = [*inventory.sentences, ""]
    lines += [f"{title}: {value}" for title, value in rows(notice)]
    lines += [line for part in paragraphs(notice) for line in ("", part)]
    if record.open_changes:
        lines += ["", f"{CHANGED}:", *(f"- {change}" for change in record.open_changes)]
    return "\n".join([*lines, "", standing(notice, record)])


def as_page(notice: Notice, record: Record, inventory: Inventory) -> Html:
    """Return *notice* as a whole page, with what is collected below it."""
    return page(
        "Notice about this machine",
        STYLE,
        skip_to("collected", "Skip to what is collected"),
        element(
            "main",
            element("h1", "A program on this computer reports to your company"),
            *as_section(notice, record),
            element("h1", TITLE, id="collected"),
            *collected(inventory),
        ),
    )


def as_section(notice: Notice, record: Record) -> Iterator[Html]:
    """Yield *notice* as a part of a page."""
    if record.open_changes:
        items = (element("li", change) for change in record.open_changes)
        yield element("h2", CHANGED)
        yield element("ul", *items, class_="problem")
    parts = [
        part
        for title, value in rows(notice)
        for part in (element("dt", title), element("dd", value))
    ]
    if parts:
        yield element("dl", *parts)
    if not notice.words:
        yield element("p", _NO_WORDS)
    for text in paragraphs(notice):
        yield element("p", text)
    yield element("p", inline(standing(notice, record)), class_="soft")


def standing(notice: Notice, record: Record) -> str:
    """Return whether *notice* was acknowledged, and if not, how that is done."""
    version = f"Version {notice.version}"
    if record.acknowledged_at is not None:
        return f"{version}, acknowledged here on {_day(record.acknowledged_at)}."
    held = " No detailed log is taken until then." if notice.required else ""
    return f"{version}, not acknowledged yet: {HOW}.{held}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%d %B %Y, %H:%M}"
