"""A language for tests: every message of a template in brackets and with accents.

Text that is still plain ASCII in this language was not translated.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from gettext import GNUTranslations
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGE = "qps"
"""The code that Windows reserves for pseudo-languages."""
AGENT = Path(__file__).parents[1] / "src" / "wfhagent" / "locales" / "wfhagent.pot"
SERVER = Path(__file__).parents[1] / "server" / "src" / "wfhserver" / "locales" / "wfhserver.pot"
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
_AS_IT_IS = re.compile(r"(\{[^{}]*\}|`[^`]*`)")
"""Placeholders and code."""


def pseudo(text: str) -> str:
    """Return *text* in brackets and with accents; placeholders and code stay."""
    parts = _AS_IT_IS.split(text)
    words = [part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(parts)]
    return f"⟦{''.join(words)}⟧"


def pseudo_file(template: Path) -> bytes:
    """Return the MO file of the pseudo-language for *template*."""
    with template.open("rb") as stream:
        messages = read_po(stream)
    catalog = Catalog(fuzzy=False)
    for message in messages:
        if isinstance(message.id, str):
            catalog.add(message.id, pseudo(message.id) if message.id else "")
        else:
            catalog.add(message.id, tuple(map(pseudo, message.id)))
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def pseudo_catalog(template: Path) -> GNUTranslations:
    """Return the catalog of the pseudo-language for *template*."""
    return GNUTranslations(BytesIO(pseudo_file(template)))  # type: ignore[arg-type]


def untranslated(text: str, data: Collection[str] = ()) -> list[str]:
    """Return the words of *text* that are neither translated, nor code, nor in *data*.

    *data* are texts that no catalog has, such as names, addresses and what a server answered.
    """
    for given in sorted(data, key=len, reverse=True):
        text = text.replace(given, " ")
    return re.findall(r"\b[A-Za-z]{2,}\b", re.sub(r"`[^`]*`", " ", text))


def visible_text(html: str) -> str:
    """Return the visible and spoken text of a page, without markup, style and code."""
    html = re.sub(r"<(style|code)\b.*?</\1>", " ", html, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:alt|aria-label|title|data-head)="([^"]*)"', html)
    return unescape("\n".join([re.sub(r"<[^>]*>", "\n", html), *spoken]))


@contextmanager
def agent_in_pseudo() -> Iterator[None]:
    """Have the agent's code in this process use the pseudo-language."""
    catalog = pseudo_catalog(AGENT)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("wfhagent.messages.catalog.chosen", lambda: (LANGUAGE, catalog))
        yield


@contextmanager
def server_in_pseudo() -> Iterator[None]:
    """Have the server's code in this process use the pseudo-language."""
    catalog = pseudo_catalog(SERVER)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("wfhserver.messages.catalog", lambda: catalog)
        yield
