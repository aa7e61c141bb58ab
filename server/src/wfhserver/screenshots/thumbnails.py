"""Thumbnails of screenshots: each is made when somebody first asks for it, and kept."""

import asyncio
import logging
from typing import Final

from wfhserver.errors import Code, Refusal, StorageFullError, StoreUnavailableError
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key

log = logging.getLogger(__name__)

# Each holds its screenshot, of 10 MiB at most, in memory.
_AT_ONCE: Final = 8
# Kept in place of a thumbnail that cannot be made: nobody pays for a second attempt.
_NONE: Final = b""


class Thumbnails:
    """Reads thumbnails: WebP, at most 320 pixels wide and high."""

    def __init__(self, store: ScreenshotStore, image_pool: ImagePool) -> None:
        self._store = store
        self._image_pool = image_pool
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def of(self, key: str) -> bytes | None:
        """Return the thumbnail of the screenshot *key*; None when it cannot be decoded.

        FileNotFoundError when there is no such screenshot, StoreUnavailableError when the store
        cannot be used, and Refusal `too_many_requests` when the machine could not decode it now.
        """
        try:
            small = await self._store.get(thumbnail_key(key))
        except FileNotFoundError:
            async with self._places:
                small = await self._made(key, await self._store.get(key))
                await self._keep(key, small)
        return small or None

    async def _made(self, key: str, content: bytes) -> bytes:
        try:
            return await self._image_pool.thumbnail(content)
        except Refusal as refusal:
            if refusal.code is not Code.SCREENSHOT_INVALID:
                raise
            log.warning("The screenshot %s is damaged: %s", key, refusal.detail)
            return _NONE

    async def _keep(self, key: str, small: bytes) -> None:
        try:
            await self._store.put(thumbnail_key(key), small)
            # Its screenshot may have been erased meanwhile, and its thumbnail with it.
            await self._store.get(key)
        except FileNotFoundError:
            await self._store.delete(thumbnail_key(key))
        except (StorageFullError, StoreUnavailableError) as error:
            log.warning("The thumbnail of %s is not kept: %s", key, error)
