"""CSV of logs and heartbeats as a stream; on record, with the number of rows, before it begins."""

import asyncio
import csv
import io
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, ExportError, Refusal
from wfhserver.logs.filters import HeartbeatQuery, LogQuery, filter_of, kept_days, visible_agents
from wfhserver.messages import _
from wfhserver.models.users import User
from wfhserver.storage.postgres import exports, holds
from wfhserver.storage.postgres.connection import Connection, Database, connect
from wfhserver.storage.postgres.exports import ExportFilter, HeartbeatFilter
from wfhserver.storage.postgres.translation import translated

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
_STALLED_SECONDS = 120.0
# Of a piece of some ten kilobytes each: what a slow client makes the server hold.
_PIECES = 16
_UNKNOWN_ZONE = "Etc/Unknown"
_BOM = b"\xef\xbb\xbf"


class ExportKind(StrEnum):
    """What is exported."""

    LOGS = "logs"
    HEARTBEATS = "heartbeats"


class CsvExport(msgspec.Struct, frozen=True):
    """An export that has begun; it ends with *pieces*, read to the end or not."""

    file_name: str
    rows: int
    pieces: AsyncIterator[bytes]


class CsvExports:
    """Exports what a user may see; a few at once, each over its own connection."""

    def __init__(self, database: Database, audit: Audit, calendar: RetentionCalendar) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar
        self._running = 0

    async def begin(
        self, user: User, query: HeartbeatQuery, zone: str | None, reason: str | None
    ) -> CsvExport:
        """Return the export of what *query* is for, logs or heartbeats.

        Refusal for filters that cannot be, or when too many are running.
        """
        what = ExportKind.LOGS if isinstance(query, LogQuery) else ExportKind.HEARTBEATS
        zone = chosen_zone(zone, self._calendar)
        wanted, (first, last) = await self._filter(user, query, zone)
        if self._running >= AT_ONCE:
            raise Refusal(
                Code.TOO_MANY_REQUESTS, _("Other exports are running. Try again in a minute.")
            )
        self._running += 1
        try:
            with translated():
                connection = await connect(self._database.url)
            rows = await self._record(connection, user, what, wanted, query, reason)
        except BaseException:
            self._running -= 1
            raise
        pieces = self._pieces(connection, what, wanted, zone)
        await anext(pieces)
        return CsvExport(f"{what}-{first}-to-{last}.csv", rows, pieces)

    async def _filter(
        self, user: User, query: HeartbeatQuery, zone: str
    ) -> tuple[ExportFilter, tuple[date, date]]:
        """Return the filter, and the first and the last day of the export."""
        known = named_zone(zone)
        async with self._database.connection() as connection:
            if known is None or not await exports.knows_zone(connection, zone):
                raise Refusal(
                    Code.INVALID_FIELD,
                    _("Must be a time zone such as Europe/Vienna."),
                    field="zone",
                )
            if isinstance(query, LogQuery):
                logs = await filter_of(connection, user, query, self._calendar)
                return logs, (logs.first, logs.last)
            agents = await visible_agents(connection, user, query.employee, query.team)
            oldest_on_hold = await holds.oldest_log(connection)
        first, last = kept_days(query.first, query.last, self._calendar, oldest_on_hold)
        wanted = HeartbeatFilter(
            start=datetime.combine(first, time(), known),
            end=datetime.combine(last + timedelta(days=1), time(), known),
            agent_ids=agents,
        )
        return wanted, (first, last)

    async def _record(
        self,
        connection: Connection,
        user: User,
        what: ExportKind,
        wanted: ExportFilter,
        query: HeartbeatQuery,
        reason: str | None,
    ) -> int:
        try:
            with translated():
                await exports.begin(connection)
                counts = await exports.count_by_employee(connection, wanted)
            rows = sum(counts.values())
            entry = Entry(
                actor=user.actor,
                action="export.csv",
                employee_ids=[*counts],
                reason=reason,
                details={"what": what, **query.audit_details(counts), "rows": rows},
            )
            await self._audit.record(entry)
        except BaseException:
            connection.terminate()
            raise
        return rows

    async def _pieces(
        self, connection: Connection, what: ExportKind, wanted: ExportFilter, zone: str
    ) -> AsyncIterator[bytes]:
        pieces = _PieceQueue()
        # Closed once, by whichever ends first: the copy, or the client.
        place = ExitStack()
        place.callback(self._give_back, connection)

        async def copy() -> None:
            try:
                with translated():
                    await exports.copy(connection, wanted, zone, pieces.put)
            finally:
                place.close()
                pieces.end()

        work = asyncio.create_task(copy())
        try:
            # For `begin`: what has begun is ended when nobody holds it any more.
            yield b""
            yield _BOM + header_of(what, zone)
            lines = LineEnds()
            while (piece := await pieces.get()) is not None:
                yield lines.convert(piece)
            # Raises what went wrong, so that the client sees an answer without an end.
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            place.close()

    def _give_back(self, connection: Connection) -> None:
        self._running -= 1
        connection.terminate()


class _PieceQueue:
    """The few pieces that were copied and not read yet."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(_PIECES)

    async def put(self, piece: bytes) -> None:
        """Add *piece* as soon as there is room; ExportError when the client reads nothing."""
        # A client that has stopped reading would occupy a place, a connection and its snapshot.
        try:
            async with asyncio.timeout(_STALLED_SECONDS):
                await self._queue.put(piece)
        except TimeoutError:
            seconds = f"{_STALLED_SECONDS:.0f} s"
            raise ExportError(f"The client of an export read nothing for {seconds}.") from None

    async def get(self) -> bytes | None:
        """Return the next piece; None after the last one."""
        return await self._queue.get()

    def end(self) -> None:
        """Let the next piece that is read be the end."""
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)


class LineEnds:
    r"""Turns the `\n` behind each row into `\r\n`, as RFC 4180 has it, and leaves fields alone."""

    def __init__(self) -> None:
        self._is_quoted = False

    def convert(self, piece: bytes) -> bytes:
        """Return the next piece."""
        if not self._is_quoted and b'"' not in piece:
            # PostgreSQL's driver gives a bytearray, which the framework takes for text.
            return bytes(piece.replace(b"\n", b"\r\n"))
        parts = piece.split(b'"')
        for number, part in enumerate(parts):
            if (number % 2 == 1) == self._is_quoted:
                parts[number] = part.replace(b"\n", b"\r\n")
        self._is_quoted ^= len(parts) % 2 == 0
        return b'"'.join(parts)


def header_of(what: ExportKind, zone: str) -> bytes:
    """Return the first line; columns with a time name its zone."""
    columns = exports.LOG_COLUMNS if what is ExportKind.LOGS else exports.HEARTBEAT_COLUMNS
    named = [_(name) for name in columns]
    for at, name in enumerate(columns):
        if name in ("timestamp", "received_at"):
            named[at] += f" {zone}"
    line = io.StringIO()
    csv.writer(line).writerow(named)
    return line.getvalue().encode()


def chosen_zone(query: str | None, calendar: RetentionCalendar) -> str:
    """Return the name of the zone that is asked for, or of the server's when it is not known.

    A browser that does not know its zone calls it Etc/Unknown.
    """
    return str(calendar.zone) if query in (None, "", _UNKNOWN_ZONE) else str(query)


def named_zone(name: str) -> tzinfo | None:
    """Return the zone of that name; None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
