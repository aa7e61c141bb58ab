"""A file that one process holds, for as long as it lives.

The system's own locks, taken directly: a library for them costs the agent that waits 0.6 MiB.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wfhagent.errors import FolderError, LockedError
from wfhagent.system.private import open_private

LOOK_AGAIN_SECONDS = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold(file: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold *file* until the context or the process ends, however it ends.

    The file is made where it is missing and stays: one that is taken away while somebody opens it
    would be held twice.

    Raises:
        LockedError: another process held it during all of *wait_seconds*.
        FolderError: the file cannot be made, opened or locked.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = open_private(file, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise FolderError(
            f"{file} cannot be opened: {error.strerror or error}. The agent needs a folder that is "
            "yours to write, on a disk with room; [agent] data_directory in agent.toml names it."
        ) from error
    try:
        _take_in_time(descriptor, file, wait_seconds)
        yield
    finally:
        # Lets go of it, too.
        os.close(descriptor)


def is_held(file: str) -> bool:
    """Tell whether some process holds *file*; asking makes no file."""
    try:
        descriptor = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        _take(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(descriptor)


def _take_in_time(descriptor: int, file: Path, wait_seconds: float) -> None:
    never = threading.Event()
    looks = 1 + round(wait_seconds / LOOK_AGAIN_SECONDS)
    while True:
        try:
            _take(descriptor)
        except (BlockingIOError, PermissionError) as error:
            looks -= 1
            if looks <= 0:
                raise LockedError(f"Another process holds {file}.") from error
            never.wait(LOOK_AGAIN_SECONDS)
        except OSError as error:
            # ENOLCK and the like, of network shares whose server has no locks.
            raise FolderError(
                f"{file} cannot be locked: {error.strerror or error}. The agent needs a folder on "
                "a disk that supports locks; [agent] data_directory in agent.toml names it."
            ) from error
        else:
            return
