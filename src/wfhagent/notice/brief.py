"""How changes are told in a few lines. Light: the icon carries it, too."""

from collections.abc import Sequence

MOST_CHANGES = 6
CHANGED = "What wfhagent collects here has changed"


def in_brief(open_changes: Sequence[str]) -> Sequence[str]:
    """Return the latest of *open_changes*, and how many more there are."""
    latest = open_changes[-MOST_CHANGES:]
    more = len(open_changes) - len(latest)
    return (*latest, f"… and {more} more") if more else latest
