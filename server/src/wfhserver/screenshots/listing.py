"""The files of one folder, in pieces, by threads that may outlive their callers."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from threading import Lock

_LISTED_AT_ONCE = 500


class Listing:
    """Names and times of the files of *folder*; there are none when there is no folder.

    In pieces, as a day of a large company has some hundred thousand files. A thread cannot be
    canceled, so `close` waits for a piece that is being read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._opened = ExitStack()
        self._entries: Iterator[os.DirEntry[str]] | None = None
        self._is_closed = False

    def piece(self) -> list[tuple[str, float]]:
        """Return name and modification time, in seconds, of the next files; none at the end."""
        with self._lock:
            if self._is_closed:
                return []
            if self._entries is None:
                try:
                    self._entries = self._opened.enter_context(os.scandir(self._descriptor()))
                except (FileNotFoundError, NotADirectoryError):
                    return []
            return [_entry_of(entry) for entry in islice(self._entries, _LISTED_AT_ONCE)]

    def _descriptor(self) -> int:
        """Open the folder, and no link to another one; it is closed with the listing."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        descriptor = os.open(self._folder, flags)
        self._opened.callback(os.close, descriptor)
        return descriptor

    def close(self) -> None:
        """Read no further."""
        with self._lock:
            self._is_closed = True
            self._opened.close()


def _entry_of(entry: os.DirEntry[str]) -> tuple[str, float]:
    try:
        return entry.name, entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:  # It has gone since.
        return "", 0.0
