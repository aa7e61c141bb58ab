"""Takes in a detailed log: the picture first, then its row, and no picture without a row."""

import asyncio
import hashlib
import logging
import secrets
from dataclasses import replace
from typing import Any

import msgspec

from wfhserver.days import RetentionCalendar
from wfhserver.errors import (
    AgentGoneError,
    BatchRejectedError,
    Code,
    DatabaseRefusedError,
    DatabaseUnavailableError,
    MissingPartitionError,
    Refusal,
    StorageFullError,
    StoreUnavailableError,
)
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.identity import check_identity
from wfhserver.models.agents import KnownAgent
from wfhserver.models.logs import LogOutcome
from wfhserver.names import normalize_name
from wfhserver.payload import (
    DetailedLog,
    Location,
    ScreenshotStatus,
    json_text,
    plain_address,
    utc,
)
from wfhserver.screenshots.image_check import Picture
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key
from wfhserver.storage.interface import TEST_LOGS, IngestStorage, LogRow

log = logging.getLogger(__name__)

LOG_LIMIT_BYTES = 256 * 1024
# Each holds its picture, of 10 MiB at most, in memory; agents keep theirs and come again.
WAITING_LIMIT = 40


class Delivery(msgspec.Struct, frozen=True):
    """A detailed log as it arrived. *report* is all that was said of the screenshot."""

    log: DetailedLog
    report: dict[str, Any]
    picture: bytes | None


class DetailedLogs:
    """Stores two logs of a person, host and workday, whichever agents send them."""

    def __init__(
        self,
        storage: IngestStorage,
        store: ScreenshotStore,
        image_pool: ImagePool,
        calendar: RetentionCalendar,
        clock_check: ClockCheck,
    ) -> None:
        self._storage = storage
        self._store = store
        self._image_pool = image_pool
        self._calendar = calendar
        self._clock_check = clock_check
        self._waiting = 0

    async def take(self, agent: KnownAgent, delivery: Delivery, turn: asyncio.Lock) -> LogOutcome:
        """Return what became of a log; Refusal when it cannot be stored.

        *turn* is the agent's: of one agent one image is decoded at a time.
        """
        check_identity(agent, delivery.log)
        await self._check(delivery)
        row = self._row(agent, delivery)
        async with turn:
            outcome = await self._storage.check_log(row)
            if outcome is LogOutcome.STORED:
                outcome = await self._add(agent, row, delivery.picture)
        if outcome is LogOutcome.TEST_LIMIT:
            raise Refusal(
                Code.TEST_LIMIT,
                f"A device may send {TEST_LOGS} test logs within 24 hours, and it has.",
                field="slot",
            )
        return outcome

    async def _add(self, agent: KnownAgent, row: LogRow, image: bytes | None) -> LogOutcome:
        if image is None:
            return await self._store_row(row)
        picture = await self._look_at(image)
        key = _key(agent, row, image, picture)
        outcome = await self._add_with_picture(row, key, image)
        if outcome is LogOutcome.STORED and picture.thumbnail is not None:
            await self._put_thumbnail(key, picture.thumbnail)
        return outcome

    async def _look_at(self, picture: bytes) -> Picture:
        if self._waiting >= WAITING_LIMIT:
            raise Refusal(
                Code.TOO_MANY_REQUESTS, "More pictures are waiting than can be looked at soon."
            )
        self._waiting += 1
        try:
            return await self._image_pool.look_at(picture)
        finally:
            self._waiting -= 1

    async def _check(self, delivery: Delivery) -> None:
        detailed = delivery.log
        self._clock_check.require()
        if not self._calendar.accepts(detailed.workday):
            # By a clock that is wrong, a day of now lies outside; and what is refused is lost.
            await self._clock_check.require_now()
            raise Refusal(
                Code.OUTSIDE_RETENTION,
                "This day is no longer kept, or lies more than a day ahead.",
                field="workday",
            )
        if self._calendar.is_ahead(detailed.workday, detailed.time_zone):
            raise Refusal(
                Code.WORKDAY_AHEAD,
                f"Where the device is, {detailed.workday} has not begun: its clock was wrong."
                " Send the log again with the right day.",
                field="workday",
            )
        taken = detailed.screenshot.status is ScreenshotStatus.TAKEN
        if taken != (delivery.picture is not None):
            raise Refusal(
                Code.INVALID_FIELD,
                "The part screenshot must be there if and only if the status is taken.",
                field="screenshot.status",
            )

    async def _add_with_picture(self, row: LogRow, key: str, picture: bytes) -> LogOutcome:
        await self._store.put(key, picture)
        try:
            digest = hashlib.sha256(picture).digest()
            outcome = await self._store_row(
                replace(row, screenshot_path=key, screenshot_sha256=digest)
            )
        except (AgentGoneError, BatchRejectedError, DatabaseRefusedError, Refusal):
            await self._forget(key)
            raise
        except DatabaseUnavailableError:
            # Perhaps the row was committed and only the answer lost: its picture must stay.
            # If it was not, the sweep of the orphans takes the file.
            log.warning("Whether the log of %s is stored is not known", key)
            raise
        if outcome is not LogOutcome.STORED:
            await self._forget(key)
        return outcome

    async def _store_row(self, row: LogRow) -> LogOutcome:
        try:
            return await self._storage.add_log(row)
        except MissingPartitionError:
            # A day begins that nobody has made a place for; or the clock has jumped.
            await self._clock_check.require_now()
            await self._storage.make_partitions(self._calendar.partition_days())
            return await self._storage.add_log(row)

    async def _forget(self, key: str) -> None:
        try:
            await self._store.delete(key)
        except StoreUnavailableError:
            log.warning("%s has no row and is left to the sweep", key)

    async def _put_thumbnail(self, key: str, thumbnail: bytes) -> None:
        # After the row, so that it never stands alone. Who asks for one that is missing makes it.
        try:
            await self._store.put(thumbnail_key(key), thumbnail)
        except (StorageFullError, StoreUnavailableError):
            log.warning("The thumbnail of %s is not stored; it will be made when asked for", key)

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
            location=None if detailed.location is None else _location_text(detailed.location),
            screenshot=_text_of(delivery.report, "screenshot"),
            screenshot_path=None,
            screenshot_sha256=None,
            absent=_text_of(detailed.absent, "absent"),
            extra=_text_of(detailed.extra, "extra"),
            time_zone=detailed.time_zone,
        )


def _location_text(location: Location) -> str:
    names = {
        field: normalize_name(text) or None
        for field in ("country", "city", "source")
        if (text := getattr(location, field)) is not None
    }
    return msgspec.json.encode(msgspec.structs.replace(location, **names)).decode()


def _text_of(facts: dict[str, Any], field: str) -> str:
    return json_text(facts, field=field, limit_bytes=LOG_LIMIT_BYTES)


def _key(agent: KnownAgent, row: LogRow, content: bytes, picture: Picture) -> str:
    # Nothing of it is the user's text. The last part keeps two attempts at one log apart, so
    # that the one that loses deletes its own file.
    digest = hashlib.sha256(content).hexdigest()[:16]
    attempt = secrets.token_hex(4)
    name = f"a{agent.agent_id}-{row.slot}-{digest}-{attempt}.{picture.suffix}"
    return f"{row.workday.isoformat()}/{name}"
