"""A CSV file as rows with the numbers of their lines. Pure."""

import csv
import io
from collections.abc import Iterator
from typing import Final

import msgspec

from wfhserver.errors import Code, Refusal
from wfhserver.suggest import suggest

ROW_LIMIT: Final = 10_000
_SEPARATORS: Final = ",;\t"


class TableForm(msgspec.Struct, frozen=True):
    """The columns that a file may have, other names of them, and those that it needs.

    *rows* is what its lines are, in the plural.
    """

    rows: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    aliases: dict[str, str] = {}


EMPLOYEES: Final = TableForm(
    "employees",
    (
        *("username", "display_name", "email", "teams", "manager", "time_zone", "country"),
        *("region", "status", "further_usernames"),
    ),
    ("username",),
    {"e_mail": "email", "team": "teams", "timezone": "time_zone", "user_name": "username"},
)


class LineError(msgspec.Struct, frozen=True):
    """What is wrong in a line, the first of which is 1; *column* as in the file."""

    line: int
    column: str | None
    message: str

    def sentence(self) -> str:
        """Return it for people, with where it is."""
        column = "" if self.column is None else f", column {self.column}"
        return f"Line {self.line}{column}: {self.message}"


class CsvRow(msgspec.Struct, frozen=True):
    """A line, by the names of the columns that the file has."""

    line: int
    cells: dict[str, str]


class CsvTable(msgspec.Struct, frozen=True):
    """What could be read; *titles* are the names of columns as they are in the file."""

    titles: dict[str, str]
    rows: list[CsvRow]
    errors: list[LineError]


def read_table(text: str, form: TableForm = EMPLOYEES) -> CsvTable:
    """Return the rows of *text*, whose columns are separated by commas, semicolons or tabs."""
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    rows: list[CsvRow] = []
    errors: list[LineError] = []
    lines = _lines(text, _separator(text), errors)
    titles = _header(form, *next(lines, (1, [])), errors)
    if not errors:
        _read_rows(lines, [*titles], rows, errors)
    if len(rows) > ROW_LIMIT:
        message = f"The file has {len(rows):,} {form.rows}. Import at most {ROW_LIMIT:,} at once."
        errors[:] = [LineError(rows[ROW_LIMIT].line, None, message)]
    return CsvTable(titles, rows, errors)


def refuse_errors(errors: list[LineError]) -> None:
    """Refuse a file that cannot be imported as a whole, with its first error."""
    if errors:
        more = "" if len(errors) == 1 else f" There are more errors: {len(errors)} in all."
        detail = f"Nothing was imported. {errors[0].sentence()}{more}"
        raise Refusal(Code.INVALID_FIELD, detail, field="csv")


def _read_rows(
    lines: Iterator[tuple[int, list[str]]],
    columns: list[str],
    rows: list[CsvRow],
    errors: list[LineError],
) -> None:
    for number, cells in lines:
        if len(cells) != len(columns):
            message = f"This line has {len(cells)} cells, and the first line {len(columns)}."
            errors.append(LineError(number, None, message))
        rows.append(CsvRow(number, dict(zip(columns, cells, strict=False))))


def _lines(text: str, separator: str, errors: list[LineError]) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that is not empty with its number; a quoted cell may have several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        errors.append(LineError(begin, None, _reason(error)))


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=first.count)


def _header(
    form: TableForm, line: int, header: list[str], errors: list[LineError]
) -> dict[str, str]:
    titles: dict[str, str] = {}
    for title in header:
        name = "_".join(title.replace("-", " ").replace("_", " ").lower().split())
        name = form.aliases.get(name, name)
        if name not in form.columns:
            errors.append(LineError(line, title.strip(), _unknown(form, name)))
        elif name in titles:
            errors.append(LineError(line, title.strip(), "This column is there twice."))
        titles[name] = title.strip()
    missing = next((name for name in form.required if name not in titles), None)
    if missing is not None and not errors:
        known = ", ".join(form.columns)
        message = f"The column {missing} is missing. The first line names the columns: {known}."
        errors.append(LineError(line, None, message))
    return titles


def _unknown(form: TableForm, name: str) -> str:
    meant = suggest(name, form.columns)
    if meant is not None:
        return f"There is no such column. Did you mean {meant}?"
    return f"There is no such column. The columns are {', '.join(form.columns)}."


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "A quotation mark opens a cell here, and none closes it."
    return f"This is not CSV: {error}."
