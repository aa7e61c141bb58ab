"""HTML that no text can break: whatever is not markup is escaped."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from wfhagent.messages import language

POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
"""What a page may load: nothing but the images and the style that are part of it."""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


NOTHING = Html("")


def element(name: str, /, *children: str, **attributes: str | int) -> Html:
    """Return an element; a child that is no Html is text and escaped, as attributes are.

    An attribute's name may end in an underscore, and one inside becomes a hyphen.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def single(name: str, /, **attributes: str | int) -> Html:
    """Return an element that has no end tag, such as an image."""
    return Html(str(element(name, **attributes)).removesuffix(f"</{name}>"))


def joined(*children: str) -> Html:
    """Return *children* as one piece of markup."""
    return Html("".join(one if isinstance(one, Html) else escape(one) for one in children))


def data_url(media_type: str, data: bytes) -> str:
    """Return *data* as an address that a page can load without a file."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def page(title: str, style: str, *body: str, head: Sequence[Html] = ()) -> Html:
    """Return a whole page that runs no script and loads nothing from anywhere."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"{POLICY}; style-src 'sha256-{digest}'"
    whole_head = element(
        "head",
        single("meta", charset="utf-8"),
        single("meta", http_equiv="Content-Security-Policy", content=policy),
        single("meta", name="viewport", content="width=device-width, initial-scale=1"),
        single("meta", name="color-scheme", content="light dark"),
        single("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Html(style)),
        *head,
    )
    return joined(
        Html("<!DOCTYPE html>\n"),
        element("html", whole_head, element("body", *body), lang=language()),
        "\n",
    )
