"""The same page in HTML, as a part of what a browser shows. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from wfhagent.html.elements import Html, element, joined, page
from wfhagent.html.style import STYLE
from wfhagent.privacy.inventory import Datum, Inventory
from wfhagent.privacy.page import (
    TECHNICAL,
    TITLE,
    as_above,
    first_of_all,
    made_of,
    never,
    not_used,
    personal,
    says,
    seen_by,
    settings,
    technical,
    when,
    yours,
)

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_HOW_PERSONAL = {"direct": "directly", "indirect": "indirectly", "no": "no"}
_HEADS = ("what it is", "why", "personal", "from")


def as_page(inventory: Inventory) -> Html:
    """Return all of it as a page of its own."""
    return page(
        TITLE,
        STYLE,
        skip_to("table", "Skip to the table"),
        element("main", *_whole(inventory)),
    )


def skip_to(part: str, words: str) -> Html:
    """Return a link that a keyboard reaches first, and that is not seen before."""
    return element("a", words, href=f"#{part}", class_="skip")


def _whole(inventory: Inventory) -> Iterator[Html]:
    yield element("h1", TITLE)
    yield from collected(inventory)


def collected(inventory: Inventory) -> Iterator[Html]:
    """Yield what is collected, when, with which settings, what never is, and what one can do."""
    yield prose(first_of_all(inventory))
    for number, (title, rows, also) in enumerate(personal(inventory.data)):
        yield element("h2", title, **({} if number else {"id": "table"}))
        if rows:
            yield _table(rows)
        yield prose(as_above(also))
    yield element("h2", "When", id="when")
    yield prose(when(inventory))
    if inventory.notice is not None:
        yield element("h2", "What your company says")
        yield prose(says(inventory.notice))
    for part in (seen_by(), never(), yours(inventory)):
        yield prose(part)
    yield folded("Settings in force", prose(settings(inventory.collectors)))
    yield folded(TECHNICAL, _table(technical(inventory.data)))
    if inventory.unused:
        yield folded("Not used", prose(not_used(inventory)))
    yield element("p", made_of(inventory), class_="soft")


def folded(title: str, *content: Html, name: str = "") -> Html:
    """Return *content* that is there to be opened; a link to its *name* opens it, too."""
    named = {"id": name} if name else {}
    return element("details", element("summary", title), element("div", *content, **named))


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
