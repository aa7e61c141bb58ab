"""Pages of the audit log: for auditors, and for the person whose data it was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from wfhserver.identity_check import check_identity
from wfhserver.models.agents import KnownAgent
from wfhserver.models.audit import AuditEntry, AuditFilter
from wfhserver.models.users import Role, User
from wfhserver.storage.postgres import agents, audit
from wfhserver.storage.postgres.connection import AnyConnection, Database

PAGE_LIMIT: Final = 200
EXPORT_LIMIT: Final = 1000
# Of each row: an export may concern everybody.
_NAMES_LIMIT: Final = 20
_DETAILS = msgspec.json.Decoder(dict[str, Any])


class OwnEntry(msgspec.Struct, frozen=True):
    """What of an entry concerns one person: nothing of the others in it."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    reason: str | None


class OwnEntryPage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[OwnEntry]
    next_before: int | None


class NamedEmployee(msgspec.Struct, frozen=True):
    """An employee; the name is null when it was erased."""

    employee_id: int
    username: str | None


class AuditRow(OwnEntry, frozen=True):
    """Who did what, when, and why; *employees* are the first of those whose data it was."""

    details: dict[str, Any]
    employee_count: int
    employees: list[NamedEmployee]


class AuditPage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[AuditRow]
    next_before: int | None


class ExportedEntry(msgspec.Struct, frozen=True):
    """An entry as other programs get it: employees are numbers, and *hash* is of the chain."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    employee_ids: list[int]
    reason: str | None
    details: dict[str, Any]
    previous_hash: str
    hash: str


class AuditPages:
    """Reads entries, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, user: User, wanted: AuditFilter, limit: int) -> AuditPage:
        """Return at most *limit* entries, with the names of the employees in them."""
        async with self._database.connection() as connection:
            entries = await audit.page(connection, wanted, limit)
            shown = {number for each in entries for number in each.employee_ids[:_NAMES_LIMIT]}
            names = await audit.names_of(connection, sorted(shown))
        shows_all = user.role is Role.ADMIN and user.key is None
        rows = [_row(entry, names, shows_all=shows_all) for entry in entries]
        return AuditPage(rows, _next_before(entries, limit))

    async def lines(self, after: int, limit: int) -> bytes:
        """Return at most *limit* entries behind that one as JSON lines, oldest first."""
        async with self._database.connection() as connection:
            entries = await audit.after(connection, after, limit)
        return b"".join(msgspec.json.encode(exported_entry(each)) + b"\n" for each in entries)

    async def about_agent(self, agent: KnownAgent, before: int | None, limit: int) -> OwnEntryPage:
        """Return at most *limit* entries about the user of *agent*.

        Refusal `identity_uncertain` where it may be somebody else's.
        """
        async with self._database.connection() as connection:
            await check_identity(connection, agent)
            number = await agents.employee_of(connection, agent.agent_id)
            return await _about(connection, number, before, limit)

    async def about(self, employee_id: int, before: int | None, limit: int) -> OwnEntryPage:
        """Return at most *limit* entries about an employee."""
        async with self._database.connection() as connection:
            return await _about(connection, employee_id, before, limit)


def exported_entry(entry: AuditEntry) -> ExportedEntry:
    """Return *entry* for a program that collects logs."""
    return ExportedEntry(
        entry.audit_id,
        entry.at,
        entry.actor,
        entry.action,
        entry.employee_ids,
        entry.reason,
        _details_of(entry),
        entry.previous_hash.hex(),
        entry.hash.hex(),
    )


def own_entry(entry: AuditEntry) -> OwnEntry:
    """Return what the person may see whose data it was."""
    return OwnEntry(entry.audit_id, entry.at, entry.actor, entry.action, entry.reason)


async def _about(
    connection: AnyConnection, employee_id: int, before: int | None, limit: int
) -> OwnEntryPage:
    wanted = AuditFilter(employee_id=employee_id, before=before)
    entries = await audit.page(connection, wanted, limit)
    return OwnEntryPage([own_entry(each) for each in entries], _next_before(entries, limit))


def _next_before(entries: Sequence[AuditEntry], limit: int) -> int | None:
    return entries[-1].audit_id if len(entries) == limit else None


def _row(entry: AuditEntry, names: dict[int, str], *, shows_all: bool) -> AuditRow:
    details = _DETAILS.decode(entry.details) if shows_all else _details_of(entry)
    shown = entry.employee_ids[:_NAMES_LIMIT]
    return AuditRow(
        entry.audit_id,
        entry.at,
        entry.actor,
        entry.action,
        entry.reason,
        details,
        len(entry.employee_ids),
        [NamedEmployee(number, names.get(number)) for number in shown],
    )


def _details_of(entry: AuditEntry) -> dict[str, Any]:
    details = _DETAILS.decode(entry.details)
    if isinstance(details.get("agent"), str):
        # The number that a device gave itself, as older entries have it.
        del details["agent"]
    return details
