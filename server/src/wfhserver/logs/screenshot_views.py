"""Shows screenshots and their thumbnails. Who looks is on record before the picture is shown."""

import logging

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.errors import Code, Refusal, StorageFullError, StoreUnavailableError
from wfhserver.logs.pages import LogPages
from wfhserver.models.users import User
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key
from wfhserver.storage.postgres.log_pages import StoredLog

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
        shown = await self._shown(row)
        await self._record(user, "screenshot.view", row, log_id, reason)
        return shown

    async def thumbnail(self, user: User, log_id: str, on: int | None) -> Shown:
        """Return the picture, small.

        *on* is the row of audit under which a list with it was shown; without one it gets its own.
        """
        row = await self._pages.find(user, log_id)
        small = await self._small(row)
        if on is None or not await self._audit.has_shown(user, on, row.employee_id):
            await self._record(user, "thumbnail.view", row, log_id, None)
        return Shown(small, _MEDIA_TYPES["webp"])

    async def own_screenshot(self, employee_id: int, log_id: str) -> Shown:
        """Return the picture to the employee whose screen it was, without a row of audit."""
        return await self._shown(await self._pages.find_own(employee_id, log_id))

    async def own_thumbnail(self, employee_id: int, log_id: str) -> Shown:
        """Return the picture, small, in the same way."""
        row = await self._pages.find_own(employee_id, log_id)
        return Shown(await self._small(row), _MEDIA_TYPES["webp"])

    async def _shown(self, row: StoredLog) -> Shown:
        key = _key_of(row)
        return Shown(await self._content(key), _MEDIA_TYPES[key.rpartition(".")[2]])

    async def _content(self, key: str) -> bytes:
        try:
            return await self._store.get(key)
        except FileNotFoundError:
            log.warning("The file of the screenshot %s is missing", key)
            raise Refusal(
                Code.SCREENSHOT_MISSING,
                "The file is not in the store, and neither retention nor an erasure took it: they"
                " take the log as well. An administrator may find it in a backup.",
            ) from None

    async def _small(self, row: StoredLog) -> bytes:
        key = _key_of(row)
        try:
            return await self._store.get(thumbnail_key(key))
        except FileNotFoundError:
            picture = await self._image_pool.look_at(await self._content(key))
        if picture.thumbnail is None:
            raise Refusal(Code.SCREENSHOT_MISSING, "No thumbnail can be made of this picture.")
        await self._keep(thumbnail_key(key), picture.thumbnail)
        return picture.thumbnail

    async def _keep(self, key: str, content: bytes) -> None:
        try:
            await self._store.put(key, content)
        except (StorageFullError, StoreUnavailableError) as error:
            log.warning("The thumbnail %s is not kept: %s", key, error)

    async def _record(
        self, user: User, action: str, row: StoredLog, log_id: str, reason: str | None
    ) -> None:
        await self._audit.record(
            Entry(
                actor=user.actor,
                action=action,
                employee_ids=[row.employee_id],
                reason=reason,
                details={"log": log_id},
            )
        )


def _key_of(row: StoredLog) -> str:
    """Return the key of the screenshot in the store; Refusal when none was taken."""
    if row.screenshot_path is None:
        raise Refusal(
            Code.SCREENSHOT_MISSING,
            f"No picture was taken. The agent says: {row.screenshot_status}.",
        )
    return row.screenshot_path
