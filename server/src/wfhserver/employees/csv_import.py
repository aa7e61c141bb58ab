"""Imports of employees: what one would change, the import, and its undo."""

import asyncio
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.employees.csv_table import CsvTable, LineError, read_table, refuse_errors
from wfhserver.employees.import_plan import ImportPlan, ImportRow, Planner, RowChange
from wfhserver.employees.profile_check import FURTHER
from wfhserver.employees.profiles import read_directory
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input
from wfhserver.models.directory import ImportSummary, Profile
from wfhserver.models.users import User
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import directory, employee_imports, usernames
from wfhserver.storage.postgres.connection import AnyConnection, Database

_MEGABYTES: Final = 16


class NewImport(Input):
    """A CSV file as text. Its first line names the columns; with *dry_run* nothing is stored."""

    limit_bytes: ClassVar[int] = _MEGABYTES * 1024 * 1024
    csv: str
    dry_run: bool = False


class ImportResult(msgspec.Struct, frozen=True):
    """What was imported, or with *dry_run* what would be; *errors* are the first 100."""

    dry_run: bool
    added: int
    changed: int
    unchanged: int
    rows: list[ImportRow]
    errors: list[LineError]


class LastImport(msgspec.Struct, frozen=True):
    """The import that can be undone; null when there is none."""

    last: ImportSummary | None


class UndoResult(msgspec.Struct, frozen=True):
    """How many employees are as before; *kept* were changed, or got a device, since the import."""

    removed: int
    restored: int
    kept: list[str]


class EmployeeImports:
    """Imports employees; each import and its entry of the audit log are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def last(self) -> LastImport:
        """Return the import that can be undone."""
        async with self._database.connection() as connection:
            return LastImport(await employee_imports.last(connection))

    async def run(self, admin: User, new: NewImport) -> ImportResult:
        """Import the file, or say what would change.

        Refusal `invalid_field` with the first error when the file cannot be imported as a whole.
        """
        # Ten thousand lines take a while, in which heartbeats are answered.
        table = await asyncio.to_thread(read_table, new.csv)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            if FURTHER in table.titles:
                await usernames.lock(connection)
            plan = await _plan(connection, table)
            if not new.dry_run:
                refuse_errors(plan.errors)
                if plan.profiles:
                    await _store(connection, plan, admin.actor, self._clock.now())
        counts = {change: sum(row.change is change for row in plan.rows) for change in RowChange}
        return ImportResult(
            dry_run=new.dry_run,
            added=counts[RowChange.ADDED],
            changed=counts[RowChange.CHANGED],
            unchanged=counts[RowChange.UNCHANGED],
            rows=plan.rows,
            errors=plan.errors,
        )

    async def undo(self, admin: User) -> UndoResult:
        """Undo the last import; Refusal when there is none."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            await usernames.lock(connection)
            if await employee_imports.last(connection) is None:
                raise Refusal(Code.NOT_FOUND, "There is no import to undo.")
            rows = await employee_imports.rows(connection)
            removed = [row.employee_id for row in rows if row.can_undo and row.added]
            restored = [row.employee_id for row in rows if row.can_undo and not row.added]
            await employee_imports.undo(connection, restored, removed)
            entry = Entry(
                actor=admin.actor,
                action="employee.undo_import",
                employee_ids=[*removed, *restored],
                details={"removed": len(removed), "restored": len(restored)},
            )
            await record(connection, entry, self._clock.now())
        kept = [row.username for row in rows if not row.can_undo]
        return UndoResult(len(removed), len(restored), kept)


async def _plan(connection: AnyConnection, table: CsvTable) -> ImportPlan:
    known = await read_directory(connection)
    names = {normalize_name(row.cells.get("username", "")) for row in table.rows}
    numbers = [known.numbers[name] for name in names if name in known.numbers]
    stored = {each.username: each.profile for each in await directory.profiles(connection, numbers)}
    return await asyncio.to_thread(Planner(table, known, stored).plan)


async def _store(connection: AnyConnection, plan: ImportPlan, actor: str, at: datetime) -> None:
    new = [row.username for row in plan.rows if row.change is RowChange.ADDED]
    added = await directory.add(connection, new, at)
    people = await directory.everybody(connection)
    numbers = {username: number for number, username, _ in people}
    profiles: dict[int, Profile] = {
        numbers[username]: profile for username, profile in plan.profiles.items()
    }
    changed = [number for number in profiles if number not in set(added.values())]
    import_id = await employee_imports.begin(connection, actor, at, changed)
    await directory.write(connection, profiles)
    await employee_imports.finish(connection, import_id, [*added.values()])
    details: dict[str, Any] = {"added": len(added), "changed": len(changed)}
    entry = Entry(actor=actor, action="employee.import", employee_ids=[*profiles], details=details)
    await record(connection, entry, at)
