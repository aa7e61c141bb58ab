"""What the outbox holds, for people: it is read only, also while the agent writes."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from wfhagent.errors import OutboxError
from wfhagent.outbox.counters import SERVER_KEEPS, Counters
from wfhagent.outbox.days import MISSED_COLUMNS, missed_slot
from wfhagent.outbox.drops import DropReason
from wfhagent.outbox.entry import EntryKind, EntryState
from wfhagent.payload import MissedSlot
from wfhagent.system.probe import may_be_there


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalRow:
    """One entry and what became of it; *body* is its JSON, and the moments are in UTC."""

    id: int
    state: EntryState
    created_at: datetime
    answered_at: datetime | None
    answer: str
    body: bytes = b""
    media_type: str = ""
    picture_bytes: int = 0


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that were given up on one day; *state* says what had become of them until then."""

    day: date
    kind: EntryKind
    state: EntryState
    reason: DropReason
    count: int


def _unreadable(file: Path, error: sqlite3.DatabaseError) -> OutboxError:
    return OutboxError(f"{file}: the outbox cannot be read: {error}; `wfhagent doctor` says more.")


def server_retention_days(file: Path) -> int | None:
    """Return for how many days the server keeps data, as the agent with the outbox *file* knows it.

    None when it is not known, or cannot be read.
    """
    try:
        with History(file) as history:
            return history.server_retention_days()
    except OutboxError:
        return None


class History:
    """The outbox in *file* as it is at one moment; one thread reads it."""

    def __init__(self, file: Path) -> None:
        """Open *file*.

        Raises:
            OutboxError: there is none yet, or it cannot be read.
        """
        if not may_be_there(file):
            raise OutboxError(f"{file}: nothing was recorded on this machine yet.")
        try:
            self._db = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10
            )
        except sqlite3.DatabaseError as error:
            raise _unreadable(file, error) from error
        try:
            # All that follows is of one moment, whatever the agent writes meanwhile.
            self._db.execute("BEGIN")
            self._tables = {
                name for (name,) in self._db.execute("SELECT name FROM sqlite_master").fetchall()
            }
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise _unreadable(file, error) from error
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it; damage that a reader met is reported as for the opening."""
        self._db.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise _unreadable(self._file, error) from error

    def server_retention_days(self) -> int | None:
        """Return for how many days the server keeps data; None when it is not known."""
        return Counters(self._db).get(SERVER_KEEPS) or None

    def heartbeats(self, since: datetime, until: datetime, *, bodies: bool) -> Iterator[JournalRow]:
        """Yield the heartbeats of that time in their order; without *bodies* theirs are empty."""
        body = "body" if bodies else "x''"
        return self._kept(EntryKind.HEARTBEAT, since, until, f"{body}, NULL, 0")

    def logs(self, since: datetime, until: datetime) -> Iterator[JournalRow]:
        """Yield the detailed logs of that time in their order, test logs among them."""
        columns = "body, media_type, coalesce(length(attachment), 0)"
        return self._kept(EntryKind.LOG, since, until, columns)

    def _kept(
        self, kind: EntryKind, since: datetime, until: datetime, columns: str
    ) -> Iterator[JournalRow]:
        rows = self._db.execute(
            f"SELECT id, state, created_at, answered_at, coalesce(answer, ''), {columns}"
            " FROM entries WHERE kind = ? AND created_at >= ? AND created_at < ?"
            " ORDER BY created_at, id",
            (kind, since.timestamp(), until.timestamp()),
        )
        for entry_id, state, created, answered, answer, body, media_type, size in rows:
            yield JournalRow(
                id=entry_id,
                state=EntryState(state),
                created_at=datetime.fromtimestamp(created, UTC),
                answered_at=None if answered is None else datetime.fromtimestamp(answered, UTC),
                answer=answer,
                body=body,
                media_type=media_type or "",
                picture_bytes=size,
            )

    def screenshot(self, entry_id: int) -> bytes:
        """Return the screenshot that left with the log *entry_id*; empty when it had none."""
        row = self._db.execute(
            "SELECT attachment FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return b"" if row is None or row[0] is None else bytes(row[0])

    def _has_column(self, table: str, column: str) -> bool:
        rows = self._db.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return (column,) in rows.fetchall()

    def missed(self) -> Mapping[date, Sequence[MissedSlot]]:
        """Return the slots that stay empty and why, by workday."""
        found: dict[date, list[MissedSlot]] = {}
        columns = MISSED_COLUMNS
        if not self._has_column("missed", "awake_from"):
            # Of an older version, whose agent has not run since.
            columns = "workday, slot, reason, NULL, NULL"
        for row in self._db.execute(f"SELECT {columns} FROM missed ORDER BY workday, slot"):
            missed = missed_slot(row)
            found.setdefault(missed.workday, []).append(missed)
        return found

    def lost(self) -> Mapping[date, Sequence[Dropped]]:
        """Return what was given up and why, by the day on which that was."""
        found: dict[date, list[Dropped]] = {}
        # A file of an older agent has no such table until the new one has started.
        for row in self._dropped_rows() if "dropped" in self._tables else ():
            lost = msgspec.convert(row, Dropped)
            found.setdefault(lost.day, []).append(lost)
        return found

    def _dropped_rows(self) -> Iterator[dict[str, Any]]:
        for row in self._db.execute(
            "SELECT day, kind, state, reason, count FROM dropped ORDER BY day, kind, state, reason"
        ):
            yield dict(zip(Dropped.__struct_fields__, row, strict=True))
