"""Screenshots in a folder of this machine, with one folder per day."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from wfhserver.errors import StorageFullError, StoreUnavailableError
from wfhserver.files import make_folder
from wfhserver.screenshots.listing import Listing
from wfhserver.screenshots.store import StoredFile, check_key, day_of, is_key

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What a crash leaves of an unfinished put; the sweep takes it with the other orphans.
_UNFINISHED = ".part"
# The name of the folder and file with which it is tried whether a screenshot could be stored.
_TRIAL = ".trial"
_CANNOT_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
# Room for a few of the largest screenshots: less is a disk that is full for the next ones.
_LEAST_BYTES = 32 * 1024 * 1024


class FolderStore:
    """See ScreenshotStore. Works in threads, as a disk may be slow or a network's."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """See ScreenshotStore.put."""
        await asyncio.to_thread(self._put, check_key(key), content)

    async def get(self, key: str) -> bytes:
        """See ScreenshotStore.get."""
        with self._translated():
            return await asyncio.to_thread(self._get, key)

    async def delete(self, key: str) -> None:
        """See ScreenshotStore.delete."""
        with self._translated():
            await asyncio.to_thread(self._delete, key)

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
            # A link in the place of the folder is an error to it.
            await asyncio.to_thread(shutil.rmtree, self._root / day.isoformat())

    async def check(self) -> None:
        """See ScreenshotStore.check; stores and deletes a file, too."""
        with self._translated():
            await asyncio.to_thread(self._check)

    def _put(self, key: str, content: bytes) -> None:
        day, name = key.split("/")
        with self._translated():
            try:
                make_folder(self._root / day)
                with self._open_day(day) as folder:
                    _put_durably(folder, name, content)
                _sync_folder(self._root)
            except FileNotFoundError as error:
                raise StoreUnavailableError(
                    f"{self._root / day} was removed while a screenshot was written. Send it again."
                ) from error

    def _get(self, key: str) -> bytes:
        day, name = check_key(key).split("/")
        with self._open_day(day) as folder:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                return file.read()

    def _delete(self, key: str) -> None:
        day, name = check_key(key).split("/")
        with suppress(FileNotFoundError), self._open_day(day) as folder:
            os.unlink(name, dir_fd=folder)

    @contextmanager
    def _open_day(self, day: str) -> Iterator[int]:
        """Open the folder of *day*, and no link to another one."""
        descriptor = os.open(self._root / day, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _days(self) -> list[date]:
        if not self._root.is_dir():
            return []
        folders = [each for each in self._root.iterdir() if each.is_dir() and not each.is_symlink()]
        named = [day_of(each.name) for each in folders]
        return sorted(day for day in named if day is not None)

    def _check(self) -> None:
        make_folder(self._root)
        if shutil.disk_usage(self._root).free < _LEAST_BYTES:
            raise OSError(errno.ENOSPC, "is nearly full", str(self._root))
        # All that a screenshot needs, by one process at a time.
        day = f"{_TRIAL}.{os.getpid()}"
        make_folder(self._root / day)
        with self._open_day(day) as folder:
            _put_durably(folder, _TRIAL, b"")
            os.unlink(_TRIAL, dir_fd=folder)
        (self._root / day).rmdir()
        _sync_folder(self._root)

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


def _put_durably(folder: int, name: str, content: bytes) -> None:
    """Write the file *name* of the open folder; whole or not there, and durable."""
    unfinished = name + _UNFINISHED
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(unfinished, flags, 0o600, dir_fd=folder), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
        _sync(folder)
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=folder)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: int) -> None:
    try:
        os.fsync(folder)
    except OSError as error:
        # SMB and some FUSE file systems cannot; they make what was renamed durable themselves.
        if error.errno not in _CANNOT_SYNC:
            raise
