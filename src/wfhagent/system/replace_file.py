"""Puts a file or folder in the place of another, also while a virus scanner reads one of them."""

import os
import sys
from collections.abc import Callable, Sequence

from wfhagent.clock import pause

Name = str | os.PathLike[str]

WAITS_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6) if sys.platform == "win32" else ()
"""Before each further try: in all longer than a scanner or an indexer holds a file."""

_IN_USE = {5, 32, 33}
"""Access denied, sharing violation, lock violation: what Windows says while others use a file."""


def replace(
    source: Name,
    target: Name,
    *,
    waits: Sequence[float] = WAITS_SECONDS,
    rename: Callable[[Name, Name], None] | None = None,
    pause: Callable[[float], None] = pause,
) -> None:
    """Rename *source* to *target*, in place of a file that is there.

    On Windows it is tried again after each of *waits*, in seconds, while others use one of them.

    Raises:
        OSError: it cannot be renamed; both are as they were.
    """
    rename = rename or os.replace
    for seconds in waits:
        try:
            rename(source, target)
        except OSError as error:
            if not is_in_use(error):
                raise
            pause(seconds)
        else:
            return
    rename(source, target)


def is_in_use(error: OSError) -> bool:
    """Tell whether Windows may allow later what it refused with *error*."""
    return getattr(error, "winerror", None) in _IN_USE
