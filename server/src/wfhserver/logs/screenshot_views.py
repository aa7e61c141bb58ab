"""Shows screenshots and their thumbnails. Each view is recorded before anything is shown."""

import logging

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.errors import Code, Refusal
from wfhserver.logs.pages import LogPages
from wfhserver.models.users import User
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.screenshots.thumbnails import Thumbnails
from wfhserver.storage.postgres.log_pages import StoredLog

log = logging.getLogger(__name__)

_MEDIA_TYPES = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}


class ScreenshotFile(msgspec.Struct, frozen=True):
    """A screenshot for a browser."""

    content: bytes
    media_type: str


class ScreenshotViews:
    """Finds the screenshot of a log that the user may see."""

    def __init__(
        self, pages: LogPages, audit: Audit, store: ScreenshotStore, thumbnails: Thumbnails
    ) -> None:
        self._pages = pages
        self._audit = audit
        self._store = store
        self._thumbnails = thumbnails

    async def screenshot(self, user: User, log_id: str, reason: str | None) -> ScreenshotFile:
        """Return the screenshot as it was sent; Refusal `screenshot_missing` when there is none."""
        row = await self._pages.find(user, log_id)
        shown = await self._read(row)
        await self._record(user, "screenshot.view", row, log_id, reason)
        return shown

    async def thumbnail(self, user: User, log_id: str, on: int | None) -> ScreenshotFile:
        """Return the thumbnail.

        *on* is the row of audit under which a list with it was shown; without one it gets its own.
        """
        row = await self._pages.find(user, log_id)
        small = await self._thumbnail(row)
        if on is None or not await self._audit.has_view(user, on, row.employee_id):
            await self._record(user, "thumbnail.view", row, log_id, None)
        return ScreenshotFile(small, _MEDIA_TYPES["webp"])

    async def own_screenshot(self, employee_id: int, log_id: str) -> ScreenshotFile:
        """Return the screenshot to the employee whose screen it shows, without a row of audit."""
        return await self._read(await self._pages.find_own(employee_id, log_id))

    async def own_thumbnail(self, employee_id: int, log_id: str) -> ScreenshotFile:
        """Return the thumbnail in the same way."""
        row = await self._pages.find_own(employee_id, log_id)
        return ScreenshotFile(await self._thumbnail(row), _MEDIA_TYPES["webp"])

    async def _read(self, row: StoredLog) -> ScreenshotFile:
        key = _key_of(row)
        return ScreenshotFile(await self._content(key), _MEDIA_TYPES[key.rpartition(".")[2]])

    async def _content(self, key: str) -> bytes:
        try:
            return await self._store.get(key)
        except FileNotFoundError:
            raise _missing(key) from None

    async def _thumbnail(self, row: StoredLog) -> bytes:
        key = _key_of(row)
        try:
            small = await self._thumbnails.of(key)
        except FileNotFoundError:
            raise _missing(key) from None
        if small is None:
            raise Refusal(
                Code.SCREENSHOT_MISSING,
                "No thumbnail can be made: what the agent sent is damaged.",
            )
        return small

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
            f"No screenshot was taken. The agent reported: {row.screenshot_status}.",
        )
    return row.screenshot_path


def _missing(key: str) -> Refusal:
    log.warning("The file of the screenshot %s is missing", key)
    return Refusal(
        Code.SCREENSHOT_MISSING,
        "The file is not in the store, and neither retention nor an erasure deleted it:"
        " they delete the log as well. An administrator may find it in a backup.",
    )
