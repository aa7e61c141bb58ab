"""The folder of backups: their names, the newest one, the old ones, and one writer at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wfhserver.errors import BackupError
from wfhserver.files import make_folder, open_private

_NAME: Final = "%Y-%m-%dT%H%M%SZ"
_UNFINISHED: Final = ".unfinished"
_LOCK: Final = ".lock"


def name_of(at: datetime) -> str:
    """Return the name of a backup that is made at *at*."""
    return at.astimezone(UTC).strftime(_NAME)


def made_at(name: str) -> datetime | None:
    """Return when the backup *name* was made; None for a folder that is no backup."""
    try:
        return datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Path]:
    """Return the backups in *folder*, the oldest first. Raises OSError."""
    found = [each for each in folder.iterdir() if made_at(each.name) is not None]
    return sorted(each for each in found if each.is_dir() and not each.is_symlink())


def is_folder_of_backups(folder: Path) -> bool:
    """Tell whether `new_backup` has made backups in *folder*."""
    return (folder / _LOCK).exists()


@contextmanager
def new_backup(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to write a backup into, removed unless `finish` renamed it.

    BackupError while another process makes one in *folder*, or when nothing can be written there.
    """
    try:
        make_folder(folder)
        lock = open_private(folder / _LOCK, os.O_RDWR)
    except OSError as error:
        raise BackupError(
            f"Nothing can be written to {folder}: {error.strerror}. Look at its owner and its disk."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise BackupError(
            f"Another backup is being made in {folder}. Wait until it has finished."
        ) from None
    unfinished = folder / _UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        make_folder(unfinished)
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        os.close(lock)


def finish(unfinished: Path, at: datetime) -> Path:
    """Give a complete backup its name, once it is on the disk; return its folder."""
    os.sync()
    finished = unfinished.parent / name_of(at)
    if finished.exists():
        raise BackupError(f"{finished} exists already. Try again in a second.")
    return unfinished.rename(finished)


def remove_old(folder: Path, before: datetime, kept: Path) -> list[Path]:
    """Remove the backups that were made before *before*, except *kept*; return them."""
    old = [each for each in backups_in(folder) if _time_of(each) < before and each != kept]
    for each in old:
        shutil.rmtree(each)
    return old


def _time_of(backup: Path) -> datetime:
    return made_at(backup.name) or datetime.max.replace(tzinfo=UTC)
