"""Screenshots in a folder of this machine, with one folder per day."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from wfhserver.errors import StorageFullError, StoreUnavailableError
from wfhserver.screenshots.listing import Listing
from wfhserver.screenshots.store import StoredFile, checked, day_of, is_key

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What a crash leaves of an unfinished put; the sweep takes it with the other orphans.
_UNFINISHED = ".part"
# Room for a few of the largest pictures: less is a disk that is full for the next ones.
_LEAST_BYTES = 32 * 1024 * 1024


class FolderStore:
    """See ScreenshotStore. Works in threads, as a disk may be slow or a network's."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """See ScreenshotStore.put."""
        await asyncio.to_thread(self._put, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """See ScreenshotStore.get."""
        with self._translated():
            return await asyncio.to_thread(self._path(key).read_bytes)

    async def delete(self, key: str) -> None:
        """See ScreenshotStore.delete."""
        with self._translated():
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def days(self) -> list[date]:
        """See ScreenshotStore.days."""
        with self._translated():
            return await asyncio.to_thread(self._days)

    async def files(self, day: date) -> AsyncIterator[StoredFile]:
        """See ScreenshotStore.files."""
        listing = Listing(self._root / day.isoformat())
        with self._translated(), closing(listing):
            while listed := await asyncio.to_thread(listing.piece):
                for name, modified in listed:
                    key = f"{day.isoformat()}/{name}"
                    if is_key(key):
                        moment = datetime.fromtimestamp(modified, UTC)
                        yield StoredFile(key=key, modified_at=moment)

    async def delete_day(self, day: date) -> None:
        """See ScreenshotStore.delete_day."""
        with self._translated():
            await asyncio.to_thread(shutil.rmtree, self._root / day.isoformat())

    async def check(self) -> None:
        """See ScreenshotStore.check; looks whether files can be written, too."""
        with self._translated():
            await asyncio.to_thread(self._check)

    def _put(self, target: Path, content: bytes) -> None:
        unfinished = target.with_name(target.name + _UNFINISHED)
        with self._translated():
            try:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_durably(unfinished, content)
                unfinished.replace(target)
                _sync_folder(target.parent)
                _sync_folder(self._root)
            except FileNotFoundError as error:
                raise StoreUnavailableError(
                    f"{target.parent} was removed while a screenshot was written. Send it again."
                ) from error
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise

    def _days(self) -> list[date]:
        if not self._root.is_dir():
            return []
        named = [day_of(entry.name) for entry in self._root.iterdir() if entry.is_dir()]
        return sorted(day for day in named if day is not None)

    def _check(self) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self._root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "cannot be written", str(self._root))
        if shutil.disk_usage(self._root).free < _LEAST_BYTES:
            raise OSError(errno.ENOSPC, "is nearly full", str(self._root))

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFullError(
                    f"The disk of {self._root} is full. Free space or shorten the retention."
                ) from error
            raise StoreUnavailableError(
                f"The folder of the screenshots, {self._root}, cannot be used:"
                f" {error.strerror}. Look at its owner and its disk."
            ) from error


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
