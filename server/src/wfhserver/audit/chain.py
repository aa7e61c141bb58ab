"""The chain of the audit: what an entry's hash is made of, and whether the whole chain holds.

Each entry's hash covers its number, its time, the hash of its content and the hash of the entry
before. When retention removes an entry, all but its content stays: so the chain is checked from its
first entry on, and the age of what was removed is proven. Entries written by older versions, whose
hash covers the content itself, prove nothing once they are removed. They are allowed before the
entry FIRST_PROVEN only, which the upgrade appends.
"""

import hashlib
from collections.abc import AsyncIterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from wfhserver.models.audit import AuditEntry
from wfhserver.storage.postgres.audit import ChainHead, RemovedEntry

RETENTION: Final = "audit.retention"
FIRST_PROVEN: Final = "audit.first_proven"
SERVER: Final = "server"
# Workers of the older version may still have written a few when the upgrade was over.
_LATE_ENTRIES = 1000


class Verdict(msgspec.Struct, frozen=True):
    """The result of checking the whole chain; *problem* is None when it is intact.

    *rows* are the entries that are there, *removed* those that retention has removed, *unproven*
    those of them that were removed before removals left a proof.
    """

    rows: int
    last_id: int
    last_hash: str
    problem: str | None
    removed: int = 0
    unproven: int = 0


class RemovedRange(msgspec.Struct, frozen=True):
    """The details of a RETENTION entry."""

    removed: int
    up_to: int
    hash: str
    older_than: datetime


def content_digest(link: AuditEntry) -> bytes:
    """Return the hash of what an entry says; nobody finds the content by trying, for the salt."""
    content = [link.actor, link.action, link.employee_ids, link.reason, link.details]
    return _sha256([*content, (link.salt or b"").hex()])


def digest(link: AuditEntry) -> bytes:
    """Return the hash of an entry: of everything in it, and so of everything before it."""
    if link.content_hash is not None:
        return _chained(link.audit_id, link.at, link.content_hash, link.previous_hash)
    content = [link.actor, link.action, link.employee_ids, link.reason, link.details]
    return _sha256([link.audit_id, link.at, *content, link.previous_hash.hex()])


def first_proven(at: datetime) -> AuditEntry:
    """Return the entry after which every removed entry leaves a proof; to be numbered."""
    return AuditEntry(
        audit_id=0,
        at=at,
        actor=SERVER,
        action=FIRST_PROVEN,
        employee_ids=[],
        reason=None,
        details="{}",
        previous_hash=b"",
        hash=b"",
        # None, so that the hash of its content is known when the content is removed.
        salt=b"",
    )


async def check_chain(
    removed: AsyncIterable[RemovedEntry],
    links: AsyncIterable[AuditEntry],
    head: ChainHead,
    least_days: int | None = None,
) -> Verdict:
    """Tell whether both lead from the first entry to the head without a break or a gap.

    What was removed must have been older than *least_days*; without it, than the database says.
    """
    check = _Check(head, timedelta(days=least_days or head.retention_days))
    async for stub in removed:
        check.take_removed(stub)
    async for link in links:
        check.take(link)
    return check.verdict()


class _Check:
    def __init__(self, head: ChainHead, least_age: timedelta) -> None:
        self._head = head
        self._least_age = least_age
        # Of the entry before, and of the last one that was removed.
        self._at = self._removed_up_to = (0, b"")
        self._rows = self._removed = self._unproven = 0
        self._last_unproven = self._first_proven = 0
        self._begins_proof = False
        self._youngest: RemovedEntry | None = None
        self._retention: AuditEntry | None = None
        self._problem: str | None = None

    def take_removed(self, stub: RemovedEntry) -> None:
        self._begin(stub.audit_id, stub.content_hash, b"")
        number, previous = self._at
        self._removed += 1
        if stub.audit_id != number + 1:
            self._fault(f"Row {number + 1} is missing, and nothing proves its removal.")
        if stub.content_hash is None:
            self._unproven += 1
            self._last_unproven = stub.audit_id
        elif stub.hash != _chained(stub.audit_id, stub.at, stub.content_hash, previous):
            self._fault(f"What is left of the removed row {stub.audit_id} was changed.")
        if self._youngest is None or stub.at > self._youngest.at:
            self._youngest = stub
        self._at = self._removed_up_to = (stub.audit_id, stub.hash)

    def take(self, link: AuditEntry) -> None:
        self._begin(link.audit_id, link.content_hash, link.previous_hash)
        number, previous = self._at
        self._rows += 1
        problem = _problem_of(link, number + 1, previous)
        if problem is not None:
            self._fault(problem)
        if link.action == RETENTION:
            self._retention = link
        self._at = (link.audit_id, link.hash)

    def verdict(self) -> Verdict:
        head, (number, hashed) = self._head, self._at
        if self._at != (head.last_id, head.last_hash):
            self._fault(f"The chain ends at row {number}, and its head says {head.last_id}.")
        if self._removed_up_to != (head.forgotten_id, head.forgotten_hash):
            self._fault(
                f"The head says that the rows up to {head.forgotten_id} were removed, and nothing"
                " proves it."
            )
        self._check_proofs()
        self._check_age()
        return Verdict(
            rows=self._rows,
            last_id=number,
            last_hash=hashed.hex(),
            problem=self._problem,
            removed=self._removed,
            unproven=self._unproven,
        )

    def _begin(self, number: int, content_hash: bytes | None, previous: bytes) -> None:
        is_first = self._at == (0, b"")
        if content_hash is not None and not self._first_proven:
            self._first_proven = number
            self._begins_proof = content_hash == _FIRST_PROVEN_CONTENT
        if is_first and number > 1 and (content_hash is None or self._begins_proof):
            # An older version has removed what was before, and left nothing of it.
            self._removed = self._unproven = self._last_unproven = number - 1
            self._at = self._removed_up_to = (number - 1, previous)

    def _check_proofs(self) -> None:
        allowed = self._first_proven + _LATE_ENTRIES if self._begins_proof else 0
        if self._last_unproven > allowed:
            self._fault(f"Nothing proves the removal of row {self._last_unproven}.")

    def _check_age(self) -> None:
        stub, removal, head = self._youngest, self._retention, self._head
        if stub is None:
            return
        if removal is None or _end_of(removal) != (head.forgotten_id, head.forgotten_hash):
            self._fault(
                f"The rows up to {head.forgotten_id} were removed, and no entry says that retention"
                " did it."
            )
        elif min(removal.at, head.now) - stub.at < self._least_age:
            self._fault(
                f"Row {stub.audit_id} of {stub.at:%Y-%m-%d} was removed on {removal.at:%Y-%m-%d},"
                f" and rows are kept for {self._least_age.days} days. If it was fewer days then,"
                " say so with --kept-days."
            )

    def _fault(self, problem: str) -> None:
        """Note the first problem: the others follow from it."""
        self._problem = self._problem or problem


def _end_of(retention: AuditEntry) -> tuple[int, bytes] | None:
    try:
        removed = msgspec.json.decode(retention.details, type=RemovedRange)
        return removed.up_to, bytes.fromhex(removed.hash)
    except (msgspec.DecodeError, ValueError):
        return None


def _problem_of(link: AuditEntry, expected: int, previous: bytes) -> str | None:
    if link.audit_id != expected:
        return f"Row {expected} is missing: {link.audit_id} is in its place."
    if link.previous_hash != previous:
        return f"Row {link.audit_id} does not follow on the row before: one of them was replaced."
    if link.content_hash not in (None, content_digest(link)) or link.hash != digest(link):
        return f"Row {link.audit_id} was changed after it was written."
    return None


def _chained(audit_id: int, at: datetime, content_hash: bytes, previous: bytes) -> bytes:
    return _sha256([audit_id, at, content_hash.hex(), previous.hex()])


def _sha256(content: list[Any]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(content)).digest()


# Always the same, for it has no salt.
_FIRST_PROVEN_CONTENT = content_digest(first_proven(datetime(2026, 1, 1, tzinfo=UTC)))
