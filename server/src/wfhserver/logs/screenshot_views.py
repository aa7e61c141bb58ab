"""Shows screenshots and their thumbnails. Who looks is on record before the picture is shown."""

import logging
from typing import Any

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.errors import Code, Refusal, StorageFullError, StoreUnavailableError
from wfhserver.logs.pages import LogPages
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key
from wfhserver.users import User

log = logging.getLogger(__name__)

_MEDIA_TYPES = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}


class Shown(msgspec.Struct, frozen=True):
    """A picture for a browser."""

    content: bytes
    media_type: str


class ScreenshotViews:
    """Finds the picture of a log that the user may see."""

    def __init__(
        self, pages: LogPages, audit: Audit, store: ScreenshotStore, image_pool: ImagePool
    ) -> None:
        self._pages = pages
        self._audit = audit
        self._store = store
        self._image_pool = image_pool

    async def screenshot(self, user: User, log_id: str, reason: str | None) -> Shown:
        """Return the picture as it was sent; Refusal `screenshot_missing` when there is none."""
        row = await self._pages.find(user, log_id)
        content = await self._content(row)
        await self._record(user, "screenshot.view", row, log_id, reason)
        return Shown(content, _MEDIA_TYPES[row["screenshot_path"].rpartition(".")[2]])

    async def thumbnail(self, user: User, log_id: str, on: int | None) -> Shown:
        """Return the picture, small.

        *on* is the row of audit under which a list with it was shown; without one it gets its own.
        """
        row = await self._pages.find(user, log_id)
        small = await self._small(row)
        if on is None or not await self._audit.has_shown(user, on, row["employee_id"]):
            await self._record(user, "thumbnail.view", row, log_id, None)
        return Shown(small, _MEDIA_TYPES["webp"])

    async def own_screenshot(self, employee_id: int, log_id: str) -> Shown:
        """Return the picture to the employee whose screen it was, without a row of audit."""
        row = await self._pages.find_own(employee_id, log_id)
        content = await self._content(row)
        return Shown(content, _MEDIA_TYPES[row["screenshot_path"].rpartition(".")[2]])

    async def own_thumbnail(self, employee_id: int, log_id: str) -> Shown:
        """Return the picture, small, in the same way."""
        row = await self._pages.find_own(employee_id, log_id)
        return Shown(await self._small(row), _MEDIA_TYPES["webp"])

    async def _content(self, row: Any) -> bytes:
        key: str | None = row["screenshot_path"]
        if key is None:
            raise Refusal(
                Code.SCREENSHOT_MISSING, f"No picture was taken. The agent says: {row['status']}."
            )
        try:
            return await self._store.get(key)
        except FileNotFoundError:
            log.warning("The file of the screenshot %s is missing", key)
            raise Refusal(
                Code.SCREENSHOT_MISSING,
                "The file is not in the store, and neither retention nor an erasure took it: they"
                " take the log as well. An administrator may find it in a backup.",
            ) from None

    async def _small(self, row: Any) -> bytes:
        key: str | None = row["screenshot_path"]
        if key is not None:
            try:
                return await self._store.get(thumbnail_key(key))
            except FileNotFoundError:
                pass
        picture = await self._image_pool.look_at(await self._content(row))
        if picture.thumbnail is None:
            raise Refusal(Code.SCREENSHOT_MISSING, "No thumbnail can be made of this picture.")
        await self._keep(thumbnail_key(row["screenshot_path"]), picture.thumbnail)
        return picture.thumbnail

    async def _keep(self, key: str, content: bytes) -> None:
        try:
            await self._store.put(key, content)
        except (StorageFullError, StoreUnavailableError) as error:
            log.warning("The thumbnail %s is not kept: %s", key, error)

    async def _record(
        self, user: User, action: str, row: Any, log_id: str, reason: str | None
    ) -> None:
        await self._audit.record(
            Entry(
                actor=user.actor,
                action=action,
                employee_ids=[row["employee_id"]],
                reason=reason,
                details={"log": log_id},
            )
        )
