"""What the company tells the person at this machine, and what is collected. Pure.

A version of both is acknowledged together: another word, setting or plugin makes a new version.
"""

import hashlib
from collections.abc import Iterator

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.messages import N_, _
from wfhagent.notice.collected import Collected, collected_by
from wfhagent.settings import NoticeSettings

_TITLES = {
    "company": N_("Who"),
    "purpose": N_("Purpose"),
    "retention": N_("How long it is kept"),
    "contact": N_("Contact"),
}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice in force; *version* is another one when a word or what is collected changes.

    *words* is a hash of the words alone, empty where the company has written none.
    """

    version: str
    words: str
    required: bool
    company: str
    purpose: str
    contact: str
    retention: str
    text: str
    collected: Collected = Collected()


def notice_of(settings: NoticeSettings, collected: Collected) -> Notice:
    """Return the notice in *settings*, about what is *collected*."""
    written = {
        name: getattr(settings, name)
        for name in NoticeSettings.__struct_fields__
        if name != "required"
    }
    words = _digest(written) if any(written.values()) else ""
    return Notice(
        version=_digest({"words": words, "collected": collected.values}),
        words=words,
        required=settings.required,
        collected=collected,
        **written,
    )


def current_notice(assembly: Assembly) -> Notice:
    """Return the notice of *assembly*, whether the company has written one or not."""
    return notice_of(assembly.settings.notice, collected_by(assembly))


def rows(notice: Notice) -> Iterator[tuple[str, str]]:
    """Yield the short parts of *notice* that are filled in, each under its title."""
    for name, title in _TITLES.items():
        if value := getattr(notice, name):
            yield _(title), value


def paragraphs(notice: Notice) -> list[str]:
    """Return the text of *notice* by its paragraphs, which an empty line parts."""
    parts = notice.text.strip().split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:16]
