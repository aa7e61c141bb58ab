"""Leave from a CSV file: what an import would add, and the import."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar, Final

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.employees.csv_table import (
    CsvRow,
    CsvTable,
    LineError,
    TableForm,
    read_table,
    refuse_errors,
)
from wfhserver.employees.import_plan import ERROR_LIMIT
from wfhserver.employees.profile_fields import read_username
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input
from wfhserver.models.schedules import LeaveRange
from wfhserver.models.users import User
from wfhserver.names import normalize_name
from wfhserver.schedules.leave import already, check_days, overlapping
from wfhserver.storage.postgres import directory, holders, leave
from wfhserver.storage.postgres.connection import Database

_MEGABYTES: Final = 4
_FORM: Final = TableForm(
    "lines",
    ("username", "first_day", "last_day"),
    ("username", "first_day", "last_day"),
    {
        **dict.fromkeys(("from", "first", "start", "begin", "first_date"), "first_day"),
        **dict.fromkeys(("to", "last", "until", "end", "last_date"), "last_day"),
        **dict.fromkeys(("user", "user_name", "employee"), "username"),
    },
)
_DAY_LENGTH: Final = len("2026-12-24")


class NewLeaveImport(Input):
    """A CSV file as text. Its first line names the columns; with *dry_run* nothing is stored."""

    limit_bytes: ClassVar[int] = _MEGABYTES * 1024 * 1024
    csv: str
    dry_run: bool = False


class LeaveImportRow(msgspec.Struct, frozen=True):
    """A line of the file; *is_new* is false where this leave is stored already."""

    line: int
    username: str
    first_day: date
    last_day: date
    is_new: bool


class LeaveImportResult(msgspec.Struct, frozen=True):
    """What was imported, or with *dry_run* what would be; *errors* are the first 100."""

    dry_run: bool
    added: int
    unchanged: int
    rows: list[LeaveImportRow]
    errors: list[LineError]


class LeaveImports:
    """Imports leave; each import and its entry of the audit log are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, user: User, new: NewLeaveImport) -> LeaveImportResult:
        """Import the file, or say what would change.

        Refusal `invalid_field` with the first error when the file cannot be imported as a whole.
        """
        table = await asyncio.to_thread(read_table, new.csv, _FORM)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            names = {normalize_name(row.cells.get("username", "")) for row in table.rows}
            numbers = await holders.numbers_of(connection, names, user.sees_teams_of)
            stored = await leave.entered(connection, list(numbers.values()))
            plan = LeavePlan(table, numbers, stored)
            rows = plan.rows()
            added = [row for row in rows if row.is_new]
            if not new.dry_run:
                refuse_errors(plan.errors)
                ranges = [(numbers[row.username], row.first_day, row.last_day) for row in added]
                if ranges:
                    await leave.add(connection, ranges)
                    people = sorted({number for number, _, _ in ranges})
                    details = {"added": len(ranges)}
                    entry = Entry(user.actor, "leave.import", people, None, details)
                    await record(connection, entry, self._clock.now())
        unchanged = len(rows) - len(added)
        return LeaveImportResult(new.dry_run, len(added), unchanged, rows, plan.errors)


class LeavePlan:
    """Compares a table with the leave that is stored."""

    def __init__(
        self, table: CsvTable, numbers: Mapping[str, int], stored: list[LeaveRange]
    ) -> None:
        """*numbers* are those of the employees whom the user may see, by username."""
        self.errors = list(table.errors)
        self._table = table
        self._numbers = numbers
        self._stored: dict[int, list[LeaveRange]] = defaultdict(list)
        for each in stored:
            self._stored[each.employee_id].append(each)
        self._lines: dict[int, list[tuple[int, LeaveRange]]] = defaultdict(list)

    def rows(self) -> list[LeaveImportRow]:
        """Return the lines that can be imported; what is wrong with the others is in *errors*."""
        if self.errors:
            return []
        rows = []
        for row in self._table.rows:
            found = list(self._problems(row))
            self.errors += found
            if len(self.errors) >= ERROR_LIMIT:
                del self.errors[ERROR_LIMIT:]
                break
            if not found:
                rows.append(self._row(row))
        return rows

    def _problems(self, row: CsvRow) -> Iterator[LineError]:
        """Yield what is wrong; a line without problems is known from here on."""
        values: dict[str, str | date] = {}
        for column in _FORM.columns:
            try:
                values[column] = self._read(column, row.cells[column])
            except Refusal as refusal:
                yield self._error(row, column, refusal.detail)
        if len(values) < len(_FORM.columns):
            return
        first, last = _day(row, "first_day"), _day(row, "last_day")
        try:
            check_days(first, last)
        except Refusal as refusal:
            yield self._error(row, "last_day", refusal.detail)
            return
        number = self._numbers[read_username(row.cells["username"])]
        new = LeaveRange(0, number, first, last, None)
        others = [each for each in self._stored[number] if not _is_same(each, new)]
        found = overlapping(others, first, last)
        line = next(
            (line for line, each in self._lines[number] if overlapping([each], first, last)), None
        )
        if found is not None:
            yield self._error(row, "first_day", already(found))
        elif line is not None:
            message = f"Line {line} has some of these days already."
            yield self._error(row, "first_day", message)
        else:
            self._lines[number].append((row.line, new))

    def _row(self, row: CsvRow) -> LeaveImportRow:
        username = read_username(row.cells["username"])
        first, last = _day(row, "first_day"), _day(row, "last_day")
        new = LeaveRange(0, self._numbers[username], first, last, None)
        is_new = not any(_is_same(each, new) for each in self._stored[new.employee_id])
        return LeaveImportRow(row.line, username, first, last, is_new)

    def _read(self, column: str, text: str) -> str | date:
        if column != "username":
            return read_day(text, column)
        username = read_username(text)
        if username not in self._numbers:
            raise _refusal(column, f"There is no employee “{username}”.")
        return username

    def _error(self, row: CsvRow, column: str, message: str) -> LineError:
        return LineError(row.line, self._table.titles[column], message)


def read_day(text: str, column: str) -> date:
    """Return the date that a cell has; Refusal for other ways to write it, which are ambiguous."""
    text = text.strip()
    try:
        # Python reads other forms as well, which nobody promised.
        return date.fromisoformat(text if len(text) == _DAY_LENGTH else "")
    except ValueError:
        detail = f"“{text[: _DAY_LENGTH * 2]}” is not a date. Write it like 2026-12-24."
        raise _refusal(column, detail) from None


def _day(row: CsvRow, column: str) -> date:
    return read_day(row.cells[column], column)


def _is_same(one: LeaveRange, other: LeaveRange) -> bool:
    return (one.first_day, one.last_day) == (other.first_day, other.last_day)


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
