"""Where screenshots are kept, by key; this one is a folder, an object store fits as well."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from wfhserver.errors import StorageFullError

_KEY = re.compile(r"\A\d{4}-\d{2}-\d{2}/[a-z0-9][a-z0-9.-]{0,200}\Z")
_DAY = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What a crash leaves of an unfinished put; the sweep takes it with the other orphans.
_UNFINISHED = ".part"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file as the store lists it."""

    key: str
    modified_at: datetime


class FolderStore:
    """Files under one folder, one folder per day: the key is `YYYY-MM-DD/<name>`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, content: bytes) -> None:
        """Store *content*, durable when this returns; StorageFullError when the disk is full.

        Readers see the whole file or none.
        """
        target = self._path(key)
        unfinished = target.with_name(target.name + _UNFINISHED)
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(unfinished, content)
            unfinished.replace(target)
            _sync_folder(target.parent)
            _sync_folder(self._root)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StorageFullError(
                    f"The disk of {self._root} is full. Free space or shorten the retention."
                ) from error
            raise

    def get(self, key: str) -> bytes:
        """Return what was put; FileNotFoundError when there is nothing."""
        return self._path(key).read_bytes()

    def delete(self, key: str) -> None:
        """Delete what was put; nothing happens when there is nothing."""
        self._path(key).unlink(missing_ok=True)

    def days(self) -> list[date]:
        """Return the days that have a folder, oldest first."""
        if not self._root.is_dir():
            return []
        named = [_day_of(entry.name) for entry in self._root.iterdir() if entry.is_dir()]
        return sorted(day for day in named if day is not None)

    def files(self, day: date) -> Iterator[StoredFile]:
        """Yield the files of *day*, unfinished ones too."""
        folder = self._root / day.isoformat()
        if not folder.is_dir():
            return
        for entry in sorted(folder.iterdir()):
            key = f"{day.isoformat()}/{entry.name}"
            if _KEY.match(key):
                modified_at = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                yield StoredFile(key=key, modified_at=modified_at)

    def delete_day(self, day: date) -> None:
        """Delete the folder of *day* with everything in it."""
        shutil.rmtree(self._root / day.isoformat())

    def check(self) -> None:
        """Return when files can be stored; OSError otherwise."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self._root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "cannot be written", str(self._root))

    def _path(self, key: str) -> Path:
        if _KEY.match(key) is None:
            raise ValueError(f"{key!r} is not a key of a screenshot")
        return self._root / key


def _day_of(name: str) -> date | None:
    """Return the day that a folder is named after; None for a folder of somebody else."""
    if _DAY.match(name) is None:
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
