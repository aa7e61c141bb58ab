"""The same page in HTML, as a part of what a browser shows. Pure."""

from collections.abc import Iterator, Sequence

from wfhagent.html.elements import Html, element, page
from wfhagent.html.prose import folded, inline, prose, skip_to
from wfhagent.html.style import STYLE
from wfhagent.messages import _
from wfhagent.privacy.inventory import Datum, Inventory
from wfhagent.privacy.page import (
    COMPANY,
    HEADS,
    HOW_PERSONAL,
    NOT_USED,
    SETTINGS,
    TECHNICAL,
    TITLE,
    WHEN,
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

_CLASSES: tuple[dict[str, str], ...] = ({}, {}, {"class_": "short"}, {"class_": "short"})
"""Of the columns: on a narrow screen the last two share a line."""


def as_page(inventory: Inventory) -> Html:
    """Return all of it as a page of its own."""
    return page(
        _(TITLE),
        STYLE,
        skip_to("table", _("Skip to the table")),
        element("main", *_whole(inventory)),
    )


def _whole(inventory: Inventory) -> Iterator[Html]:
    yield element("h1", _(TITLE))
    yield from collected(inventory)


def collected(inventory: Inventory) -> Iterator[Html]:
    """Yield what is collected, when, with which settings, what never is, and what one can do."""
    yield prose(first_of_all(inventory))
    for number, (title, rows, also) in enumerate(personal(inventory.data)):
        yield element("h2", title, **({} if number else {"id": "table"}))
        if rows:
            yield _table(rows)
        yield prose(as_above(also))
    yield element("h2", _(WHEN), id="when")
    yield prose(when(inventory))
    if inventory.notice is not None:
        yield element("h2", _(COMPANY))
        yield prose(says(inventory.notice))
    for part in (seen_by(), never(), yours(inventory)):
        yield prose(part)
    yield folded(_(SETTINGS), prose(settings(inventory.collectors)))
    yield folded(_(TECHNICAL), _table(technical(inventory.data)))
    if inventory.unused:
        yield folded(_(NOT_USED), prose(not_used(inventory)))
    yield element("p", made_of(inventory), class_="soft")


def _texts(datum: Datum) -> tuple[str, ...]:
    return _(datum.what), _(datum.why), _(HOW_PERSONAL[datum.personal]), datum.by


def _table(data: Sequence[Datum]) -> Html:
    head = element(
        "tr", *(element("th", name, scope="col") for name in (_("name"), *map(_, HEADS)))
    )
    rows = (
        element(
            "tr",
            element("td", element("code", datum.name)),
            *(
                element("td", inline(text), data_head=_(name), **more)
                for name, text, more in zip(HEADS, _texts(datum), _CLASSES, strict=True)
            ),
        )
        for datum in data
    )
    return element("table", element("thead", head), element("tbody", *rows))
