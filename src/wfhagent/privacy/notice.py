"""The notice on a terminal and in a browser. Pure."""

from collections.abc import Iterator

from wfhagent.html.elements import Html, element, page
from wfhagent.html.prose import inline, skip_to
from wfhagent.html.style import STYLE
from wfhagent.messages import N_, _
from wfhagent.messages.dates import date_and_time
from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.notice.register import Record
from wfhagent.privacy.inventory import Inventory
from wfhagent.privacy.page import TITLE
from wfhagent.privacy.web import collected

CHANGED = N_("What has changed")
_NO_WORDS = N_("Your company has not written a notice of its own.")


def as_text(notice: Notice, record: Record, inventory: Inventory) -> str:
    """Return *notice* for a terminal."""
    lines = [*inventory.sentences, ""]
    lines += [f"{title}: {value}" for title, value in rows(notice)]
    lines += [line for part in paragraphs(notice) for line in ("", part)]
    if record.open_changes:
        lines += ["", f"{_(CHANGED)}:", *(f"- {change}" for change in record.open_changes)]
    return "\n".join([*lines, "", standing(notice, record)])


def as_page(notice: Notice, record: Record, inventory: Inventory) -> Html:
    """Return *notice* as a whole page, with what is collected below it."""
    return page(
        _("Notice about this device"),
        STYLE,
        skip_to("collected", _("Skip to what is collected")),
        element(
            "main",
            element("h1", _("A program on this device reports to your company")),
            *as_section(notice, record),
            element("h1", _(TITLE), id="collected"),
            *collected(inventory),
        ),
    )


def as_section(notice: Notice, record: Record) -> Iterator[Html]:
    """Yield *notice* as a part of a page."""
    if record.open_changes:
        items = (element("li", change) for change in record.open_changes)
        yield element("h2", _(CHANGED))
        yield element("ul", *items, class_="problem")
    parts = [
        part
        for title, value in rows(notice)
        for part in (element("dt", title), element("dd", value))
    ]
    if parts:
        yield element("dl", *parts)
    if not notice.words:
        yield element("p", _(_NO_WORDS))
    for text in paragraphs(notice):
        yield element("p", text)
    yield element("p", inline(standing(notice, record)), class_="soft")


def standing(notice: Notice, record: Record) -> str:
    """Return whether *notice* was acknowledged, and if not, how that is done."""
    if record.acknowledged_at is not None:
        return _("Version {version}, acknowledged here on {when}.").format(
            version=notice.version, when=date_and_time(record.acknowledged_at.astimezone())
        )
    text = _(
        "Version {version}, not acknowledged yet. To acknowledge it, run `wfhagent notice "
        "--acknowledge`, or use the icon in the panel."
    ).format(version=notice.version)
    held = _("No detailed log is taken until then.")
    return f"{text} {held}" if notice.required else text
