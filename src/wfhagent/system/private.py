"""Files for their owner alone, whatever rights this process inherited."""

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

from wfhagent.system.replace_file import replace

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


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


def replace_private(file: Path, content: bytes, *, durable: bool = True) -> None:
    """Put *content* into *file*, whole, for its owner alone; several processes may do so at once.

    With *durable* it is on the disk when this returns.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    import tempfile  # noqa: PLC0415 -- most processes only open files

    # mkstemp makes it 0600 from the first moment.
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        replace(temporary, file)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def rewrite_private(file: Path, content: bytes, *, modified_at: float | None = None) -> None:
    """Put *content* into *file*, whole, for its owner alone, as the only writer of *file*.

    Cheaper than `replace_private`, and a power cut leaves at most one temporary file, which the
    next call overwrites. *modified_at* is the file's new time, in seconds since 1970.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    temporary = file.with_name(f".{file.name}.new")
    handle = open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if modified_at is not None:
            os.utime(temporary, (modified_at, modified_at))
        replace(temporary, file)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
