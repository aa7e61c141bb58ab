"""CSV of logs, heartbeats, facts and device activity as a stream; on record before it begins."""

import asyncio
import csv
import io
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from wfhserver.attendance.query import AttendanceQuery, shown_days, shown_employees
from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, ExportError, Refusal
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.queries import FactQuery, select
from wfhserver.logs.filters import HeartbeatQuery, LogQuery, filter_of, kept_days
from wfhserver.messages import N_, _
from wfhserver.models.users import User
from wfhserver.schedules.planned import planned_days
from wfhserver.schedules.team_days import letters_of
from wfhserver.storage.postgres import attendance, exports, holds
from wfhserver.storage.postgres.attendance_export import COLUMNS, attendance_export
from wfhserver.storage.postgres.connection import AnyConnection, Connection, Database, connect
from wfhserver.storage.postgres.exports import ExportFilter, HeartbeatFilter
from wfhserver.storage.postgres.fact_export import fact_export
from wfhserver.storage.postgres.translation import translated
from wfhserver.visible_agents import visible_agents

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
_STALLED_SECONDS = 120.0
# Of a piece of some ten kilobytes each: what a slow client makes the server hold.
_PIECES = 16
_UNKNOWN_ZONE = "Etc/Unknown"
_BOM = b"\xef\xbb\xbf"
_MOMENTS = ("timestamp", "received_at", "last_seen")
FACT_COLUMNS: Final = (N_("employee"), N_("hostname"), N_("last_seen"))


class CsvExport(msgspec.Struct, frozen=True):
    """An export that has begun; it ends with *pieces*, read to the end or not."""

    file_name: str
    rows: int
    pieces: AsyncIterator[bytes]


class CsvOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What an export has; *details* go on record, given the numbers of the employees in it."""

    file_name: str
    wanted: ExportFilter
    header: bytes
    details: Callable[[Iterable[int]], dict[str, Any]]
    facts: Sequence[Sequence[str]] = ()


class CsvExports:
    """Exports what a user may see; a few at once, each over its own connection."""

    def __init__(self, database: Database, audit: Audit, calendar: RetentionCalendar) -> None:
        self._database = database
        self._audit = audit
        self._calendar = calendar
        self._running = 0

    async def begin(
        self, user: User, query: HeartbeatQuery | FactQuery, zone: str | None, reason: str | None
    ) -> CsvExport:
        """Return the export of what *query* is for: logs, heartbeats, facts or device activity.

        Refusal for filters that cannot be, or when too many are running.
        """
        zone = chosen_zone(zone, self._calendar)
        order = await self._order(user, query, zone)
        if self._running >= AT_ONCE:
            raise Refusal(
                Code.TOO_MANY_REQUESTS, _("Other exports are running. Try again in a minute.")
            )
        self._running += 1
        try:
            with translated():
                connection = await connect(self._database.url)
            rows = await self._record(connection, user, order, reason)
        except BaseException:
            self._running -= 1
            raise
        pieces = self._pieces(connection, order, zone)
        await anext(pieces)
        return CsvExport(order.file_name, rows, pieces)

    async def _order(self, user: User, query: HeartbeatQuery | FactQuery, zone: str) -> "CsvOrder":
        known = named_zone(zone)
        async with self._database.connection() as connection:
            if known is None or not await exports.knows_zone(connection, zone):
                raise Refusal(
                    Code.INVALID_FIELD,
                    _("Must be a time zone such as Europe/Vienna."),
                    field="zone",
                )
            if isinstance(query, AttendanceQuery):
                return await self._attendance(connection, user, query)
            if isinstance(query, FactQuery):
                return await self._facts(connection, user, query, zone)
            if isinstance(query, LogQuery):
                logs = await filter_of(connection, user, query, self._calendar)
                header = header_of([*exports.LOG_COLUMNS, *query.fact], zone)
                order = _order_of("logs", logs, (logs.first, logs.last), header, query)
                facts = [each.split(".", 1) for each in query.fact]
                return msgspec.structs.replace(order, facts=facts)
            agents = await visible_agents(connection, user, query.employee, query.team)
            oldest_on_hold = await holds.oldest_log(connection)
        first, last = kept_days(query.first, query.last, self._calendar, oldest_on_hold)
        wanted = HeartbeatFilter(
            start=datetime.combine(first, time(), known),
            end=datetime.combine(last + timedelta(days=1), time(), known),
            agent_ids=agents,
        )
        header = header_of(exports.HEARTBEAT_COLUMNS, zone)
        return _order_of("heartbeats", wanted, (first, last), header, query)

    async def _facts(
        self, connection: AnyConnection, user: User, query: FactQuery, zone: str
    ) -> "CsvOrder":
        inventory, now = await read_inventory(connection, user), self._calendar.clock.now()
        wanted = await select(connection, user, query, inventory, now)
        names = [*FACT_COLUMNS, *(column.fact for column in wanted.columns)]
        return CsvOrder(
            file_name=f"facts-{self._calendar.today()}.csv",
            wanted=fact_export(wanted.devices, wanted.facts, zone),
            header=header_of(names, zone),
            details=lambda _: {"what": "facts", **wanted.audit_details},
        )

    async def _attendance(
        self, connection: AnyConnection, user: User, query: AttendanceQuery
    ) -> "CsvOrder":
        first, last = await shown_days(connection, query, self._calendar)
        numbers = await shown_employees(connection, user, query)
        zone = self._calendar.zone
        # Whoever has left is not planned.
        planned = await planned_days(connection, numbers, first, last, zone=zone)
        zones = await attendance.zones(connection, numbers, first, last)
        wanted = attendance_export(
            (first, last),
            numbers,
            await attendance.agents_of(connection, numbers),
            {number: letters_of(first, last, days) for number, days in planned.items()},
            {each: await _zone_of_postgres(connection, each) for each in zones},
        )
        header = header_of(COLUMNS, str(zone))
        return _order_of("device-activity", wanted, (first, last), header, query)

    async def _record(
        self, connection: Connection, user: User, order: "CsvOrder", reason: str | None
    ) -> int:
        try:
            with translated():
                await exports.begin(connection)
                counts = await exports.count_by_employee(connection, order.wanted)
            rows = sum(counts.values())
            entry = Entry(
                actor=user.actor,
                action="export.csv",
                employee_ids=[*counts],
                reason=reason,
                details={**order.details(counts), "rows": rows},
            )
            await self._audit.record(entry)
        except BaseException:
            connection.terminate()
            raise
        return rows

    async def _pieces(
        self, connection: Connection, order: "CsvOrder", zone: str
    ) -> AsyncIterator[bytes]:
        pieces = _PieceQueue()
        # Closed once, by whichever ends first: the copy, or the client.
        place = ExitStack()
        place.callback(self._give_back, connection)

        async def copy() -> None:
            try:
                with translated():
                    await exports.copy(connection, order.wanted, zone, pieces.put, order.facts)
            finally:
                place.close()
                pieces.end()

        work = asyncio.create_task(copy())
        try:
            # For `begin`: what has begun is ended when nobody holds it any more.
            yield b""
            yield _BOM + order.header
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


def header_of(columns: Iterable[str], zone: str) -> bytes:
    """Return the first line, translated; columns with a time name its zone."""
    named = [f"{_(name)} {zone}" if name in _MOMENTS else _(name) for name in columns]
    line = io.StringIO()
    csv.writer(line).writerow(named)
    return line.getvalue().encode()


def _order_of(
    what: str,
    wanted: ExportFilter,
    days: tuple[date, date],
    header: bytes,
    query: HeartbeatQuery,
) -> CsvOrder:
    return CsvOrder(
        file_name=f"{what}-{days[0]}-to-{days[1]}.csv",
        wanted=wanted,
        header=header,
        details=lambda people: {"what": what, **query.audit_details(people)},
    )


async def _zone_of_postgres(connection: AnyConnection, zone: str) -> str:
    """Return a zone that PostgreSQL knows: the same, unless its list of zones is older."""
    if zone.startswith(("+", "-")):
        # In POSIX, places east of Greenwich are negative.
        return f"<{zone}>{'-' if zone.startswith('+') else '+'}{zone[1:]}"
    return zone if await exports.knows_zone(connection, zone) else "UTC"


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
