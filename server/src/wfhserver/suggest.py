"""The name that was probably meant by one that does not exist."""

import difflib
from collections.abc import Collection


def suggest(given: str, known: Collection[str], *, least: float = 0.6) -> str | None:
    """Return the one of *known* that is most like *given*, in capital or small letters.

    None when none is at least *least* alike, from 0 (anything) to 1 (the same).
    """
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(given.lower(), by_lower, n=1, cutoff=least)
    return by_lower[near[0]] if near else None
