"""What somebody probably meant by a name that is not known."""

from collections.abc import Collection


def nearest(name: str, known: Collection[str]) -> str | None:
    """Return the name in *known* that looks most like *name*; None when none does."""
    import difflib  # noqa: PLC0415 -- for mistakes only

    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def suggest(name: str, known: Collection[str], *, otherwise: str) -> str:
    """Return the end of an error about *name*: the nearest of *known*, or all after *otherwise*."""
    near = nearest(name, known)
    return f"did you mean {near}?" if near else f"{otherwise} {', '.join(known) or 'none'}."
