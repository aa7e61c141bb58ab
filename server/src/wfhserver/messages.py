"""Texts that people read, in a language that has a catalog in `locales/` (gettext).

    _("Page {number} of {count}").format(number=number, count=count)
    ngettext("{count} log", "{count} logs", count).format(count=count)

The English text is the id of a message. A constant is marked with `N_` and translated with `_`
where it is written. The agent has a module of the same kind: the two share no code.
"""

import gettext
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent / "locales"
DOMAIN = "wfhserver"


@cache
def catalog() -> gettext.NullTranslations:
    """Return the catalog of the language that LANGUAGE, LC_ALL, LC_MESSAGES or LANG names."""
    return gettext.translation(DOMAIN, LOCALES, fallback=True)


def language() -> str:
    """Return the code of that language, for an HTML page: `en` without a catalog."""
    return catalog().info().get("language", "en").replace("_", "-")


def _(message: str) -> str:
    """Return *message* in the server's language."""
    # The empty message is the header of a catalog.
    return catalog().gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """Return *one* or *many* in the server's language, whose plural forms may be more than two."""
    return catalog().ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802 -- the name that gettext's tools look for
    """Return *message* as it is; marks a text that is translated where it is written."""
    return message
