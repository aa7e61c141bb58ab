"""What an import would change: each line of a file against the directory. Pure."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from wfhserver.employees.csv_table import CsvRow, CsvTable, LineError
from wfhserver.employees.profile_check import FURTHER, Directory
from wfhserver.employees.profile_fields import (
    one_line,
    read_fields,
    read_further,
    read_username,
)
from wfhserver.errors import Refusal
from wfhserver.models.directory import Profile
from wfhserver.names import normalize_name

ERROR_LIMIT: Final = 100


class RowChange(StrEnum):
    """What becomes of an employee."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class FieldChange(msgspec.Struct, frozen=True):
    """A field with another value; null is none."""

    field: str
    before: str | None
    after: str | None


class ImportRow(msgspec.Struct, frozen=True):
    """A line of the file, and what it changes."""

    line: int
    username: str
    change: RowChange
    fields: list[FieldChange]


class ImportPlan(msgspec.Struct, frozen=True):
    """The lines, the profiles to store by username, and at most ERROR_LIMIT errors."""

    rows: list[ImportRow]
    profiles: dict[str, Profile]
    errors: list[LineError]


class Planner:
    """Compares a table with the directory."""

    def __init__(
        self, table: CsvTable, directory: Directory, stored: Mapping[str, Profile]
    ) -> None:
        """*stored* are the profiles of those employees in the file who exist."""
        self._table = table
        self._directory = directory
        self._stored = stored
        self._lines: dict[str, int] = {}
        self._errors = list(table.errors)

    def plan(self) -> ImportPlan:
        """Return what would change; with errors, nothing may be stored."""
        rows: list[ImportRow] = []
        profiles: dict[str, Profile] = {}
        if self._errors:
            return ImportPlan(rows, profiles, self._errors[:ERROR_LIMIT])
        named = [(row, self._username(row)) for row in self._table.rows]
        new = {name for _, name in named if name is not None}
        if "email" in self._table.titles:
            self._directory.without_emails(new)
        if FURTHER in self._table.titles:
            self._directory.without_further(new)
        for name in new:
            # The number is not known yet.
            self._directory.numbers.setdefault(name, 0)
            self._directory.names.setdefault(name.casefold(), name)
        for row, username in named:
            if username is not None and len(self._errors) < ERROR_LIMIT:
                profile = self._profile(row, username)
                rows.append(self._row(row, username, profile))
                if rows[-1].change is not RowChange.UNCHANGED:
                    profiles[username] = profile
        self._errors.sort(key=lambda error: error.line)
        return ImportPlan(rows, profiles, self._errors[:ERROR_LIMIT])

    def _username(self, row: CsvRow) -> str | None:
        try:
            username = read_username(row.cells["username"])
        except Refusal as refusal:
            self._add(row, refusal.field, refusal.detail)
            return None
        same = self._directory.same_as(username)
        if same is not None:
            detail = f"There is an employee “{same}”. Write the username in the same way."
            self._add(row, "username", detail)
        owner = self._directory.further_of(username)
        if owner is not None and username not in self._stored:
            self._add(row, "username", f"“{username}” is a further username of “{owner}”.")
        first = self._lines.setdefault(username.casefold(), row.line)
        if first != row.line:
            self._add(row, "username", f"“{username}” is in line {first} already.")
            return None
        return username

    def _profile(self, row: CsvRow, username: str) -> Profile:
        values, refusals = read_fields(row.cells)
        values |= self._list(row, "teams", teams_of, refusals)
        values |= self._list(row, FURTHER, _further_of, refusals)
        profile = msgspec.structs.replace(self._stored.get(username, Profile()), **values)
        unreadable = {refusal.field for refusal in refusals}
        refusals += [
            problem
            for problem in self._directory.problems(username, profile)
            if problem.field not in unreadable
        ]
        for refusal in refusals:
            self._add(row, refusal.field, refusal.detail)
        return profile

    def _list(
        self,
        row: CsvRow,
        column: str,
        read: Callable[[str], list[str]],
        refusals: list[Refusal],
    ) -> dict[str, Any]:
        if column not in row.cells:
            return {}
        try:
            return {column: read(one_line(row.cells[column], column))}
        except Refusal as refusal:
            refusals.append(refusal)
            return {}

    def _row(self, row: CsvRow, username: str, profile: Profile) -> ImportRow:
        before = self._stored.get(username)
        fields = list(differences(before or Profile(), profile))
        change = RowChange.CHANGED if fields else RowChange.UNCHANGED
        if before is None:
            change = RowChange.ADDED
        return ImportRow(row.line, username, change, fields)

    def _add(self, row: CsvRow, field: str | None, message: str) -> None:
        title = None if field is None else self._table.titles.get(field, field)
        self._errors.append(LineError(row.line, title, message))


def teams_of(text: str) -> list[str]:
    """Return the names of teams that are separated by `|`, in their order."""
    return sorted({name for part in text.split("|") if (name := normalize_name(part))})


def _further_of(text: str) -> list[str]:
    return read_further(text.split("|"))


def differences(before: Profile, after: Profile) -> Iterator[FieldChange]:
    """Yield the fields that differ."""
    for field in Profile.__struct_fields__:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield FieldChange(field, _text(old), _text(new))


def _text(value: str | list[str] | None) -> str | None:
    return (" | ".join(value) or None) if isinstance(value, list) else value
