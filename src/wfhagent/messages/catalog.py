"""Looks texts up in the catalog of the user's language (gettext).

English needs no catalog: nothing is imported or opened for it.
"""

from functools import cache
from pathlib import Path
from typing import Protocol

from wfhagent.messages.preference import preferred_languages

LOCALES = Path(__file__).parents[1] / "locales"
"""Holds `<language>/LC_MESSAGES/wfhagent.mo` for each language but English."""
DOMAIN = "wfhagent"
ENGLISH = "en"


class Catalog(Protocol):
    """The part of `gettext.GNUTranslations` that is used here."""

    def gettext(self, message: str) -> str:
        """Return *message* in the language of this catalog."""

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form of the language for *number*."""


def find_catalog(languages: list[str], locales: Path) -> tuple[str, Catalog | None]:
    """Return the first of *languages* that has a catalog in *locales*, else English and None."""
    for name in languages:
        if name == ENGLISH:
            break
        file = locales / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
        try:
            stream = file.open("rb")
        except OSError:
            continue
        from gettext import GNUTranslations  # noqa: PLC0415 -- not for English

        with stream:
            return name, GNUTranslations(stream)
    return ENGLISH, None


@cache
def chosen() -> tuple[str, Catalog | None]:
    """Return the language of this process and its catalog; None for English."""
    return find_catalog(preferred_languages(), LOCALES)


def language() -> str:
    """Return the language of the texts, such as "en", as HTML names it."""
    return chosen()[0].replace("_", "-")


def _(message: str) -> str:
    """Return *message* in the user's language."""
    catalog = chosen()[1]
    # The empty message is the header of a catalog.
    return message if catalog is None or not message else catalog.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return *one* or *many* in the user's language, whose plural forms may be more than two."""
    catalog = chosen()[1]
    if catalog is None:
        return one if number == 1 else many
    return catalog.ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802 -- the name that gettext's tools look for
    """Return *message* as it is; marks a text that is translated where it is shown."""
    return message
