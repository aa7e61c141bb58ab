"""Screenshots in a bucket of an S3-compatible store, under a prefix of one's own.

Region, endpoint and credentials are what the AWS_... variables say, or the machine's own role.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from wfhserver.errors import SettingsError, StorageFullError, StoreUnavailableError
from wfhserver.screenshots.store import StoredFile, check_key, day_of, is_key

log = logging.getLogger(__name__)

# An agent waits and comes again: a short refusal serves it better than a long hope.
_RETRIES = 2
_RETRY_FOR = timedelta(seconds=20)
_CHECK_SECONDS = 5.0
# How stores of several makers say that there is no room: Ceph, MinIO, and by the status.
_FULL = ("QuotaExceeded", "StorageFull", "InsufficientStorage", "507 ")
# object_store takes this for an object that is not there.
_NO_BUCKET = "NoSuchBucket"


class BucketStore:
    """See ScreenshotStore. A PUT is durable when it is answered, and whole or not there."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            # Without client_options: they replace what AWS_ALLOW_HTTP and its like say.
            self._store = S3Store.from_url(
                url, retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR}
            )
        except (BaseError, ValueError) as error:
            raise SettingsError(
                f"{url} cannot be used as a store of screenshots: {_first_line(error)}."
                " Look at WFHSERVER_SCREENSHOTS and the AWS_... variables."
            ) from error

    async def put(self, key: str, content: bytes) -> None:
        """See ScreenshotStore.put."""
        try:
            with self._translated():
                await obstore.put_async(self._store, check_key(key), content, use_multipart=False)
        except FileNotFoundError as error:
            raise self._unavailable(error) from error

    async def get(self, key: str) -> bytes:
        """See ScreenshotStore.get."""
        with self._translated():
            found = await obstore.get_async(self._store, check_key(key))
            return bytes(await found.bytes_async())

    async def delete(self, key: str) -> None:
        """See ScreenshotStore.delete."""
        try:
            with self._translated():
                await obstore.delete_async(self._store, check_key(key))
        except FileNotFoundError:
            return

    async def days(self) -> list[date]:
        """See ScreenshotStore.days."""
        with self._translated():
            found = await obstore.list_with_delimiter_async(self._store)
        named = [day_of(prefix) for prefix in found["common_prefixes"]]
        return sorted(day for day in named if day is not None)

    async def files(self, day: date) -> AsyncIterator[StoredFile]:
        """See ScreenshotStore.files."""
        with self._translated():
            async for chunk in obstore.list(self._store, day.isoformat()):
                for found in chunk:
                    if is_key(found["path"]):
                        yield StoredFile(key=found["path"], modified_at=found["last_modified"])

    async def delete_day(self, day: date) -> None:
        """See ScreenshotStore.delete_day."""
        with self._translated():
            async for chunk in obstore.list(self._store, day.isoformat()):
                await obstore.delete_async(self._store, [found["path"] for found in chunk])

    async def check(self) -> None:
        """See ScreenshotStore.check; lists, as a test file at every look would be charged for."""
        with self._translated():
            async with asyncio.timeout(_CHECK_SECONDS):
                await anext(aiter(obstore.list(self._store, chunk_size=1)), None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise self._unavailable(error) from error
            raise
        except (BaseError, OSError, TimeoutError) as error:
            if any(word in str(error) for word in _FULL):
                raise StorageFullError(
                    f"{self._url} is full. Raise its quota or shorten the retention."
                ) from error
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailableError:
        # The journal only: it names the endpoint, and the message goes to the client.
        log.warning("%s: %s", self._url, _first_line(error) or type(error).__name__)
        return StoreUnavailableError(
            f"The store of the screenshots, {self._url}, cannot be used at the moment."
            " The server's journal says why."
        )


def _first_line(error: Exception) -> str:
    """Return what went wrong, without the Rust values that the library appends."""
    return str(error).partition("\n")[0].rstrip(".")
