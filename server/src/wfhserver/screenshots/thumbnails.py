"""Thumbnails of screenshots; a missing one is made when somebody asks for it."""

import logging

from wfhserver.errors import Refusal, StorageFullError, StoreUnavailableError
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key

log = logging.getLogger(__name__)


class Thumbnails:
    """Reads thumbnails: WebP, at most 320 pixels wide and high."""

    def __init__(self, store: ScreenshotStore, image_pool: ImagePool) -> None:
        self._store = store
        self._image_pool = image_pool

    async def of(self, key: str) -> bytes | None:
        """Return the thumbnail of the screenshot *key*.

        None when there is no such screenshot or it cannot be read as a picture;
        StoreUnavailableError when the store cannot be used at the moment.
        """
        try:
            return await self._store.get(thumbnail_key(key))
        except FileNotFoundError:
            return await self._made(key)

    async def _made(self, key: str) -> bytes | None:
        try:
            picture = await self._image_pool.look_at(await self._store.get(key))
        except FileNotFoundError:
            return None
        except Refusal as refusal:
            log.warning("%s is damaged: %s", key, refusal.detail)
            return None
        if picture.thumbnail is not None:
            try:
                await self._store.put(thumbnail_key(key), picture.thumbnail)
            except (StorageFullError, StoreUnavailableError):
                log.warning("The thumbnail of %s could not be stored", key)
        return picture.thumbnail
