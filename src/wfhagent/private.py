"""Files for their owner alone, whatever rights this process inherited."""

import errno
import os
import stat
import sys

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def refuse_foreign_link(file: str | os.PathLike[str]) -> None:
    """Refuse a symbolic link at *file* that neither this user nor root has made.

    Raises:
        OSError: it is one.
    """
    if sys.platform != "win32":
        try:
            found = os.lstat(file)
        except OSError:
            # Whoever opens it says why.
            return
        if stat.S_ISLNK(found.st_mode) and found.st_uid not in {0, os.geteuid()}:
            raise OSError(errno.ELOOP, "It is a link that somebody else has made", str(file))


def open_private(file: str | os.PathLike[str], flags: int) -> int:
    """Open *file* and return its descriptor; a new one is for its owner alone.

    Raises:
        OSError: it cannot be opened, or is a symbolic link: somebody else chose where that leads.
    """
    return os.open(file, flags | _NO_LINK, 0o600)
