"""Text in our Markdown, and parts of pages that hold it, as HTML. Pure."""

import re
from collections.abc import Iterable

from wfhagent.html.elements import Html, element, joined

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


def skip_to(part: str, words: str) -> Html:
    """Return a link that a keyboard reaches first, and that is not seen before."""
    return element("a", words, href=f"#{part}", class_="skip")


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
