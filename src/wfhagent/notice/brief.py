"""A short list of changes. Light: the icon uses it, too."""

from collections.abc import Sequence

from wfhagent.messages import N_, _

MOST_CHANGES = 6
CHANGED = N_("What wfhagent collects here has changed")


def in_brief(open_changes: Sequence[str]) -> Sequence[str]:
    """Return the latest of *open_changes*, and how many more there are."""
    latest = open_changes[-MOST_CHANGES:]
    more = len(open_changes) - len(latest)
    return (*latest, _("… and {count} more").format(count=more)) if more else latest
