"""Where tests write: a RAM disk if there is one, on which a sync takes no time."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST_DISK = Path("/dev/shm")
ROOM_BYTES = 4_000_000_000
OPEN_TO_ALL = 0o755


def fast_disk() -> Path | None:
    """Return a RAM disk; None if it is too small or does not allow programs."""
    # Wine shows the folder, too.
    if sys.platform != "linux" or not FAST_DISK.is_dir():
        return None
    is_closed = os.statvfs(FAST_DISK).f_flag & os.ST_NOEXEC
    is_small = shutil.disk_usage(FAST_DISK).free < ROOM_BYTES
    return None if is_closed or is_small else FAST_DISK


@contextmanager
def open_folder(*, durable: bool = False) -> Iterator[Path]:
    """Make a folder for this context. PostgreSQL's user can get there, unlike to pytest's own.

    A *durable* one is on the disk of /tmp.
    """
    disk = None if durable else fast_disk()
    with tempfile.TemporaryDirectory(prefix="wfh-", dir=disk or "/tmp") as name:
        folder = Path(name)
        folder.chmod(OPEN_TO_ALL)
        yield folder
