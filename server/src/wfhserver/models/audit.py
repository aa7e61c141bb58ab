"""Entries of the audit log, and what a page of them is asked for."""

from datetime import datetime

import msgspec


class AuditEntry(msgspec.Struct, frozen=True):
    """One entry; *details* is JSON as text. Entries of older versions have no *salt*."""

    audit_id: int
    at: datetime
    actor: str
    action: str
    employee_ids: list[int]
    reason: str | None
    details: str
    previous_hash: bytes
    hash: bytes
    salt: bytes | None = None
    content_hash: bytes | None = None


class AuditFilter(msgspec.Struct, frozen=True):
    """What a page shows: rows below *before* (newest first), of one employee, actor, action.

    *person* is a part of a name, in small or capital letters: the viewer's or the employee's
    (*is_viewed*), or of either.
    """

    employee_id: int | None = None
    before: int | None = None
    actor: str | None = None
    action: str | None = None
    person: str | None = None
    is_viewer: bool = True
    is_viewed: bool = True
