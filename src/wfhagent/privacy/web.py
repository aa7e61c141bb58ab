"""The same page in HTML, as a part of what a browser shows. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from wfhagent.markup import Html, element, joined, page
from wfhagent.privacy.inventory import Datum, Inventory
from wfhagent.privacy.page import CARRIERS, never, says, seen_by, settings, when, yours
from wfhagent.style import STYLE

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_HOW_PERSONAL = {"direct": "directly", "indirect": "indirectly", "no": "no"}
_HEADS = ("what it is", "why", "personal", "from")


def as_page(inventory: Inventory) -> Html:
    """Return all of it as a page of its own."""
    return page("What this machine sends", STYLE, element("main", *_whole(inventory)))


def _whole(inventory: Inventory) -> Iterator[Html]:
    yield element("h1", "What this machine sends")
    yield element("p", made_of(inventory), class_="soft")
    if inventory.notice is not None:
        yield element("h2", "What your company says")
        yield prose(says(inventory.notice))
    yield from collected(inventory)


def made_of(inventory: Inventory) -> str:
    """Return what the page is made from."""
    return (
        f"wfhagent {inventory.version}, to {inventory.server}. Made from what the plugins declare "
        "and from the agent.toml in force; what is not declared is dropped before it leaves the "
        "machine."
    )


def collected(inventory: Inventory) -> Iterator[Html]:
    """Yield what is collected, when, with which settings, what never is, and what one can do."""
    yield element("h2", "When", id="when")
    yield prose(when(inventory))
    for carrier, title in CARRIERS.items():
        yield element("h2", title)
        yield _table([datum for datum in inventory.data if carrier in datum.sent_with])
    yield prose(seen_by())
    yield element("h2", "Settings of the collectors")
    yield prose(settings(inventory.collectors))
    yield prose(never())
    yield prose(yours(inventory))
    if inventory.unused:
        yield element("h2", "Not used")
        yield prose(f"- {name}: {problem}" for name, problem in inventory.unused.items())


def prose(lines: Iterable[str]) -> Html:
    """Return lines of our Markdown, which knows headings, lists, code and bold, as HTML."""
    parts: list[Html] = []
    items: list[Html] = []
    for line in (*lines, ""):
        if line.startswith("- "):
            items.append(element("li", inline(line.removeprefix("- "))))
            continue
        if items:
            parts.append(element("ul", *items))
            items = []
        if line.startswith("## "):
            parts.append(element("h2", line.removeprefix("## ")))
        elif line:
            parts.append(element("p", inline(line)))
    return joined(*parts)


def inline(text: str) -> Html:
    """Return one line with its code and bold parts as HTML."""
    parts: list[str] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append(text[end : match.start()])
        parts.append(element("code", match[1]) if match[1] else element("strong", match[2]))
        end = match.end()
    return joined(*parts, text[end:])


def _table(data: Sequence[Datum]) -> Html:
    head = element("tr", *(element("th", name, scope="col") for name in ("name", *_HEADS)))
    rows = (
        element(
            "tr",
            element("td", element("code", datum.name)),
            *(
                element("td", inline(text), data_head=name)
                for name, text in zip(
                    _HEADS,
                    (datum.what, datum.why, _HOW_PERSONAL[datum.personal], datum.by),
                    strict=True,
                )
            ),
        )
        for datum in data
    )
    return element("table", element("thead", head), element("tbody", *rows))
