"""Locks between processes; the operating system frees them however a process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wfhserver.files import open_private


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the only lock of *path*, after waiting for its current holder."""
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class SharedLock:
    """A lock that many hold; the last one can find out that it is the last."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _open_lock(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Tell whether nobody else holds it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give it back."""
        os.close(self._descriptor)


def _open_lock(path: Path) -> int:
    return open_private(path, os.O_RDWR)
