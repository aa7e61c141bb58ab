"""Takes in a detailed log: the screenshot first, then its row; none is left without a row."""

import asyncio
import hashlib
import logging
import secrets
from dataclasses import replace
from typing import Any

import msgspec

from wfhserver.days import RetentionCalendar
from wfhserver.errors import (
    AgentRevokedError,
    BatchRejectedError,
    Code,
    DatabaseRefusedError,
    DatabaseUnavailableError,
    MissingPartitionError,
    Refusal,
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
from wfhserver.screenshots.image_check import check_image
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.interface import TEST_LOGS, IngestStorage, LogRow

log = logging.getLogger(__name__)

LOG_LIMIT_BYTES = 256 * 1024
# Each holds its screenshot, of 10 MiB at most, in memory; agents keep theirs and come again.
WAITING_LIMIT = 40


class Delivery(msgspec.Struct, frozen=True):
    """A detailed log as it arrived. *report* is what the agent reported about the screenshot."""

    log: DetailedLog
    report: dict[str, Any]
    screenshot: bytes | None


class DetailedLogs:
    """Stores two logs of a person, host and workday, whichever agents send them."""

    def __init__(
        self,
        storage: IngestStorage,
        store: ScreenshotStore,
        calendar: RetentionCalendar,
        clock_check: ClockCheck,
    ) -> None:
        self._storage = storage
        self._store = store
        self._calendar = calendar
        self._clock_check = clock_check
        self._waiting = 0

    async def take(self, agent: KnownAgent, delivery: Delivery, turn: asyncio.Lock) -> LogOutcome:
        """Return what became of a log; Refusal when it cannot be stored.

        *turn* is the agent's: of one agent one log is stored at a time.
        """
        check_identity(agent, delivery.log)
        await self._check(delivery)
        row = self._row(agent, delivery)
        async with turn:
            outcome = await self._storage.check_log(row)
            if outcome is LogOutcome.STORED:
                outcome = await self._add(agent, row, delivery.screenshot)
        if outcome is LogOutcome.TEST_LIMIT:
            raise Refusal(
                Code.TEST_LIMIT,
                f"A device can send {TEST_LOGS} test logs within 24 hours. This one has sent them.",
                field="slot",
            )
        return outcome

    async def _add(self, agent: KnownAgent, row: LogRow, image: bytes | None) -> LogOutcome:
        if image is None:
            return await self._store_row(row)
        if self._waiting >= WAITING_LIMIT:
            raise Refusal(Code.TOO_MANY_REQUESTS, "Too many screenshots are waiting to be stored.")
        self._waiting += 1
        try:
            return await self._add_with_screenshot(agent, row, image)
        finally:
            self._waiting -= 1

    async def _add_with_screenshot(
        self, agent: KnownAgent, row: LogRow, image: bytes
    ) -> LogOutcome:
        suffix = await asyncio.to_thread(check_image, image)
        digest = hashlib.sha256(image).digest()
        key = _key(agent, row, digest, suffix)
        named = replace(row, screenshot_path=key, screenshot_sha256=digest)
        await self._store.put(key, image)
        return await self._store_row_of(named, key)

    async def _check(self, delivery: Delivery) -> None:
        detailed = delivery.log
        self._clock_check.require()
        if not self._calendar.accepts(detailed.workday):
            # With a wrong clock, today would be outside the range; and what is refused is lost.
            await self._clock_check.require_now()
            raise Refusal(
                Code.OUTSIDE_RETENTION,
                "This day is outside the retention period, or more than a day ahead.",
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
        if taken != (delivery.screenshot is not None):
            raise Refusal(
                Code.INVALID_FIELD,
                "The part screenshot must be there if and only if the status is taken.",
                field="screenshot.status",
            )

    async def _store_row_of(self, row: LogRow, key: str) -> LogOutcome:
        """Store the row of a log whose screenshot is *key*, which goes unless the row came in."""
        try:
            outcome = await self._store_row(row)
        except (AgentRevokedError, BatchRejectedError, DatabaseRefusedError, Refusal):
            await self._delete_file(key)
            raise
        except DatabaseUnavailableError:
            # Perhaps the row was committed and only the answer lost: its screenshot must stay.
            # If it was not, the sweep of the orphans takes the file.
            log.warning("Whether the log of %s is stored is not known", key)
            raise
        if outcome is not LogOutcome.STORED:
            await self._delete_file(key)
        return outcome

    async def _store_row(self, row: LogRow) -> LogOutcome:
        try:
            return await self._storage.add_log(row)
        except MissingPartitionError:
            # A day begins that nobody has made a place for; or the clock has jumped.
            await self._clock_check.require_now()
            await self._storage.make_partitions(self._calendar.partition_days())
            return await self._storage.add_log(row)

    async def _delete_file(self, key: str) -> None:
        try:
            await self._store.delete(key)
        except StoreUnavailableError:
            log.warning("%s has no row and is left to the sweep", key)

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


def _key(agent: KnownAgent, row: LogRow, digest: bytes, suffix: str) -> str:
    # Nothing of it is the user's text. The last part keeps two attempts at one log apart, so
    # that the one that loses deletes its own file.
    attempt = secrets.token_hex(4)
    name = f"a{agent.agent_id}-{row.slot}-{digest.hex()[:16]}-{attempt}.{suffix}"
    return f"{row.workday.isoformat()}/{name}"
