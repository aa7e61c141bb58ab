"""What the company tells the person at this machine, and which version of it. Pure."""

import hashlib
from collections.abc import Iterator

import msgspec

from wfhagent.settings import NoticeSettings

_TITLES = {
    "company": "Who",
    "purpose": "What for",
    "retention": "How long it is kept",
    "contact": "Whom to ask",
}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice in force; *version* is another one when a word of it changes."""

    version: str
    required: bool
    company: str
    purpose: str
    contact: str
    retention: str
    text: str


def notice_of(settings: NoticeSettings) -> Notice | None:
    """Return the notice in *settings*; None when they hold none."""
    words = {
        name: getattr(settings, name)
        for name in NoticeSettings.__struct_fields__
        if name != "required"
    }
    if not any(words.values()):
        return None
    digest = hashlib.sha256(msgspec.json.encode(words, order="sorted")).hexdigest()
    return Notice(version=digest[:16], required=settings.required, **words)


def rows(notice: Notice) -> Iterator[tuple[str, str]]:
    """Yield the short parts of *notice* that are filled in, each under its title."""
    for name, title in _TITLES.items():
        if value := getattr(notice, name):
            yield title, value


def paragraphs(notice: Notice) -> list[str]:
    """Return the text of *notice* by its paragraphs, which an empty line parts."""
    parts = notice.text.strip().split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]
