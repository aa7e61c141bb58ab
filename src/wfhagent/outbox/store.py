"""The queue itself: entries go in durably and leave only on an answer."""

import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from wfhagent.errors import OutboxError
from wfhagent.outbox.bounds import Bounds, Drop, Load, next_drop
from wfhagent.outbox.days import Days
from wfhagent.outbox.entry import Entry, EntryKind, EntryState, Totals
from wfhagent.outbox.schema import connect
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat, encode
from wfhagent.plugin import Attachment

log = logging.getLogger(__name__)

DROP_AT_ONCE = 100
"""Entries dropped per round: small enough to drop little more than is needed."""

DAYS_REMEMBERED = 60
"""Enough for the 20 working days that the draw looks back on, holidays included."""


class Outbox:
    """The outbox in *file*; one thread uses it. Every method that writes is one transaction.

    Attributes:
        days: what is remembered of each working day.
        set_aside: where a damaged file was moved when this one was opened.
    """

    def __init__(self, file: Path, *, now: datetime) -> None:
        """Open *file*, or begin a new one and set a damaged one aside.

        Raises:
            OutboxError: the file cannot be opened.
        """
        self.file = file
        self.set_aside: Path | None = None
        try:
            self._db = connect(file)
        except sqlite3.OperationalError as error:
            raise OutboxError(f"{file}: the outbox cannot be opened: {error}.") from error
        except sqlite3.DatabaseError as error:
            self._db = self._begin_anew(error, now)
        except OSError as error:
            raise OutboxError(f"{file}: the outbox cannot be made: {error}.") from error
        self.days = Days(self._db)

    def _begin_anew(self, error: sqlite3.DatabaseError, now: datetime) -> sqlite3.Connection:
        if "newer wfhagent" in str(error):
            raise OutboxError(f"{self.file}: {error}.") from error
        self.set_aside = self.file.with_name(f"{self.file.name}.damaged-{now:%Y%m%dT%H%M%S}")
        self.file.replace(self.set_aside)
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        log.error("The outbox was damaged (%s); it is set aside as %s", error, self.set_aside)
        return connect(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; entries stay."""
        self._db.close()

    # --- in ---------------------------------------------------------------------------------

    def add_heartbeat(self, beat: Heartbeat) -> int:
        """Store *beat* with the next `seq` and return its entry id.

        The `seq` is the larger of the last one + 1 and the time in ms, so that a new outbox
        never repeats the numbers of a lost one.
        """
        with self._transaction():
            last = self._counter("seq")
            seq = max(last + 1, int(beat.timestamp.timestamp() * 1000))
            self._set_counter("seq", seq)
            numbered = msgspec.structs.replace(beat, seq=seq)
            entry_id = self._insert(EntryKind.HEARTBEAT, beat, encode(numbered), None)
            self.days.attach_missed(entry_id)
        return entry_id

    def add_log(self, detailed: DetailedLog, attachment: Attachment | None) -> int | None:
        """Store *detailed* and fill its slot in one transaction; return the entry id.

        Returns None, and stores nothing, when the slot of that workday is already filled.
        """
        with self._transaction():
            if detailed.slot != TEST_SLOT and not self.days.fill(detailed.workday, detailed.slot):
                return None
            return self._insert(EntryKind.LOG, detailed, encode(detailed), attachment)

    def _insert(
        self,
        kind: EntryKind,
        payload: Heartbeat | DetailedLog,
        body: bytes,
        attachment: Attachment | None,
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO entries (kind, username, hostname, created_at, body, media_type,"
            " attachment) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                kind,
                payload.username,
                payload.hostname,
                payload.timestamp.timestamp(),
                body,
                None if attachment is None else attachment.media_type,
                None if attachment is None else attachment.data,
            ),
        )
        if cursor.lastrowid is None:
            raise OutboxError(f"{self.file}: SQLite gave no id for an entry.")
        return cursor.lastrowid

    # --- out --------------------------------------------------------------------------------

    def oldest(self) -> Entry | None:
        """Return the entry that has waited longest, without its attachment."""
        row = self._db.execute(
            "SELECT id, kind, username, hostname, created_at, body, NULL, NULL FROM entries"
            " WHERE state = 'queued' ORDER BY id LIMIT 1"
        ).fetchone()
        return None if row is None else _entry(row)

    def waiting(
        self, kind: EntryKind, *, username: str, hostname: str, limit: int
    ) -> Sequence[Entry]:
        """Return the entries of this user and host that wait, in order, at most *limit*."""
        rows = self._db.execute(
            "SELECT id, kind, username, hostname, created_at, body, media_type, attachment"
            " FROM entries WHERE state = 'queued' AND kind = ? AND username = ? AND hostname = ?"
            " ORDER BY id LIMIT ?",
            (kind, username, hostname, limit),
        )
        return [_entry(row) for row in rows]

    def mark_sent(self, entry_ids: Iterable[int], *, at: datetime, answer: str) -> None:
        """Remember that the server said it holds these entries."""
        self._answer(entry_ids, EntryState.SENT, at, answer)

    def refuse(self, entry_ids: Iterable[int], *, at: datetime, answer: str) -> None:
        """Set aside entries that the server will never take; they stay and are counted."""
        self._answer(entry_ids, EntryState.REFUSED, at, answer)

    def _answer(
        self, entry_ids: Iterable[int], state: EntryState, at: datetime, answer: str
    ) -> None:
        with self._transaction():
            for entry_id in entry_ids:
                self._db.execute(
                    "UPDATE entries SET state = ?, answered_at = ?, answer = ? WHERE id = ?",
                    (state, at.timestamp(), answer, entry_id),
                )

    def state(self, entry_id: int) -> tuple[EntryState, str] | None:
        """Return what became of an entry, and the answer; None when it is gone."""
        row = self._db.execute(
            "SELECT state, coalesce(answer, '') FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return None if row is None else (EntryState(row[0]), row[1])

    # --- bounds -----------------------------------------------------------------------------

    def trim(self, bounds: Bounds, *, now: datetime, today: date) -> None:
        """Drop what is older than the bounds allow, and what no longer fits."""
        oldest_kept = now - timedelta(days=bounds.keep_days)
        with self._transaction():
            self._drop("created_at < ?", (oldest_kept.timestamp(),))
            self.days.forget(
                days_before=today - timedelta(days=DAYS_REMEMBERED),
                missed_before=today - timedelta(days=bounds.keep_days),
            )
        while (drop := next_drop(self._load(), bounds)) is not Drop.NOTHING:
            which = {
                Drop.ANSWERED: "state <> 'queued'",
                Drop.HEARTBEATS: "state = 'queued' AND kind = 'heartbeat'",
            }[drop]
            with self._transaction():
                self._drop(
                    f"id IN (SELECT id FROM entries WHERE {which} ORDER BY id LIMIT ?)",  # noqa: S608 -- constants above
                    (DROP_AT_ONCE,),
                )
            # Gives back one page per step, and execute() takes one step only.
            self._db.executescript("PRAGMA incremental_vacuum")

    def _drop(self, condition: str, parameters: tuple[Any, ...]) -> None:
        for kind, count in self._db.execute(
            "SELECT kind, count(*) FROM entries"  # noqa: S608 -- condition is ours
            f" WHERE state = 'queued' AND {condition} GROUP BY kind",
            parameters,
        ).fetchall():
            self._set_counter(f"dropped_{kind}s", self._counter(f"dropped_{kind}s") + count)
            log.warning("Dropped %d %ss: the outbox is full or they are too old", count, kind)
        self._db.execute(f"DELETE FROM entries WHERE {condition}", parameters)  # noqa: S608

    def _load(self) -> Load:
        totals = self.totals()
        (answered,) = self._db.execute(
            "SELECT count(*) FROM entries WHERE state <> 'queued'"
        ).fetchone()
        return Load(
            used_bytes=totals.size_bytes,
            free_bytes=shutil.disk_usage(self.file.parent).free,
            answered=answered,
            queued_heartbeats=totals.queued_heartbeats,
        )

    def totals(self) -> Totals:
        """Return how the outbox stands."""
        rows = self._db.execute(
            "SELECT state || ' ' || kind, count(*) FROM entries"
            " WHERE state <> 'sent' GROUP BY state, kind"
        )
        counts = dict(rows.fetchall())
        (used,) = self._db.execute(
            "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p,"
            " pragma_freelist_count f, pragma_page_size s"
        ).fetchone()
        return Totals(
            queued_heartbeats=counts.get("queued heartbeat", 0),
            queued_logs=counts.get("queued log", 0),
            refused=counts.get("refused heartbeat", 0) + counts.get("refused log", 0),
            dropped_heartbeats=self._counter("dropped_heartbeats"),
            dropped_logs=self._counter("dropped_logs"),
            size_bytes=used,
        )

    # --- plumbing ---------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _counter(self, name: str) -> int:
        row = self._db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def _set_counter(self, name: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))


def _entry(row: tuple[Any, ...]) -> Entry:
    entry_id, kind, username, hostname, created_at, body, media_type, data = row
    return Entry(
        id=entry_id,
        kind=EntryKind(kind),
        username=username,
        hostname=hostname,
        created_at=datetime.fromtimestamp(created_at, UTC),
        body=body,
        attachment=None
        if media_type is None
        else Attachment(name="screenshot", media_type=media_type, data=data),
    )
