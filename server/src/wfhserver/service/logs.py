"""Takes in a detailed log: the picture first, then its row, and no picture without a row."""

import asyncio
import hashlib
import logging
import secrets
from dataclasses import replace
from typing import Any

import msgspec

from wfhserver.days import Calendar
from wfhserver.errors import (
    BatchRejectedError,
    Code,
    DatabaseUnavailableError,
    Refusal,
    StorageFullError,
)
from wfhserver.ingest.identity import check_identity
from wfhserver.payload import DetailedLog, ScreenshotStatus, json_text, plain_address, utc
from wfhserver.screenshots import FolderStore
from wfhserver.service.pictures import PictureCheck
from wfhserver.storage.interface import IngestStorage, KnownAgent, LogRow

log = logging.getLogger(__name__)

LOG_LIMIT_BYTES = 256 * 1024


class Delivery(msgspec.Struct, frozen=True):
    """A detailed log as it arrived. *report* is all that was said of the screenshot."""

    log: DetailedLog
    report: dict[str, Any]
    picture: bytes | None


class DetailedLogs:
    """Stores each slot of an agent's workday once."""

    def __init__(self, storage: IngestStorage, store: FolderStore, calendar: Calendar) -> None:
        self._storage = storage
        self._store = store
        self._calendar = calendar
        self._pictures = PictureCheck()

    async def take(self, agent: KnownAgent, delivery: Delivery) -> bool:
        """Store a log; false when its slot was filled already. Refusal when it cannot be."""
        detailed = delivery.log
        check_identity(agent, detailed)
        self._check(delivery)
        row = self._row(agent, delivery)
        if await self._storage.has_log(
            agent_id=row.agent_id, workday=row.workday, slot=row.slot, timestamp=row.timestamp
        ):
            return False
        if delivery.picture is None:
            return await self._storage.add_log(row)
        suffix = await self._pictures.suffix_of(delivery.picture)
        key = _key(agent, row, delivery.picture, suffix)
        return await self._add_with_picture(row, key, delivery.picture)

    def _check(self, delivery: Delivery) -> None:
        if not self._calendar.accepts(delivery.log.workday):
            raise Refusal(
                Code.OUTSIDE_RETENTION,
                "This day is no longer kept, or lies more than a day ahead.",
                field="workday",
            )
        taken = delivery.log.screenshot.status is ScreenshotStatus.TAKEN
        if taken != (delivery.picture is not None):
            raise Refusal(
                Code.INVALID_FIELD,
                "The part screenshot must be there if and only if the status is taken.",
                field="screenshot.status",
            )

    async def _add_with_picture(self, row: LogRow, key: str, picture: bytes) -> bool:
        try:
            await asyncio.to_thread(self._store.put, key, picture)
        except StorageFullError as error:
            raise Refusal(Code.SCREENSHOT_STORAGE_FULL, str(error)) from error
        try:
            digest = hashlib.sha256(picture).digest()
            stored = await self._storage.add_log(
                replace(row, screenshot_path=key, screenshot_sha256=digest)
            )
        except BatchRejectedError:
            await asyncio.to_thread(self._store.delete, key)
            raise
        except DatabaseUnavailableError:
            # Perhaps the row was committed and only the answer lost: its picture must stay.
            # If it was not, the sweep of the orphans takes the file.
            log.warning("Whether the log of %s is stored is not known", key)
            raise
        if not stored:
            await asyncio.to_thread(self._store.delete, key)
        return stored

    def _row(self, agent: KnownAgent, delivery: Delivery) -> LogRow:
        detailed = delivery.log
        return LogRow(
            agent_id=agent.agent_id,
            workday=detailed.workday,
            slot=detailed.slot,
            timestamp=utc(detailed.timestamp, field="timestamp"),
            received_at=self._calendar.clock.now(),
            local_ip=plain_address(detailed.local_ip, field="local_ip"),
            public_ip=plain_address(detailed.public_ip, field="public_ip"),
            location=None
            if detailed.location is None
            else msgspec.json.encode(detailed.location).decode(),
            screenshot=_text_of(delivery.report, "screenshot"),
            screenshot_path=None,
            screenshot_sha256=None,
            absent=_text_of(detailed.absent, "absent"),
            extra=_text_of(detailed.extra, "extra"),
        )


def _text_of(facts: dict[str, Any], field: str) -> str:
    return json_text(facts, field=field, limit_bytes=LOG_LIMIT_BYTES)


def _key(agent: KnownAgent, row: LogRow, picture: bytes, suffix: str) -> str:
    # Nothing of it is the user's text. The last part keeps two attempts at one log apart, so
    # that the one that loses deletes its own file.
    digest = hashlib.sha256(picture).hexdigest()[:16]
    attempt = secrets.token_hex(4)
    name = f"{agent.agent_uuid}-{row.slot}-{digest}-{attempt}.{suffix}"
    return f"{row.workday.isoformat()}/{name}"
