"""What the disk does not take: it waits in memory, and goes to the disk when that is possible.

The disk is full, or another process holds the file.

Temporary tables of the same connection, kept in memory: a transaction holds for both, and a
query sees entries on the disk and in memory as one queue.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from wfhagent.outbox.entry import EntryKind, EntryState
from wfhagent.payload import DetailedLog, Heartbeat, encode
from wfhagent.plugin import Attachment

HELD_FROM = 1 << 40
"""Ids of held entries begin here: above all on the disk, so that the order of the queue holds."""
MOST_HELD = 5000
"""Heartbeats of 17 days, about 3 MB."""
MOST_LOGS_HELD = 20
"""Logs of ten days, with their screenshots 2 to 4 MB."""

DISK_FULL = "the disk was full"
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_SCHEMA = """
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE held (
  id INTEGER PRIMARY KEY, kind TEXT, username TEXT, hostname TEXT, created_at REAL, body BLOB,
  media_type TEXT, attachment BLOB
);
CREATE TEMP TABLE answers (id INTEGER PRIMARY KEY, state TEXT, answered_at REAL, answer TEXT);
CREATE TEMP VIEW queue AS
  SELECT id, kind, state, username, hostname, created_at, body, media_type, attachment
    FROM main.entries WHERE state = 'queued' AND id NOT IN (SELECT id FROM temp.answers)
  UNION ALL
  SELECT id, kind, 'queued', username, hostname, created_at, body, media_type, attachment
    FROM temp.held WHERE id NOT IN (SELECT id FROM temp.answers);
"""


def is_no_room(error: sqlite3.Error) -> bool:
    """Tell whether *error* means that the disk takes nothing at the moment."""
    return _primary_code(error) in _NO_ROOM


def is_unwritable(error: sqlite3.Error) -> bool:
    """Tell whether a write that failed with *error* may succeed later."""
    return _primary_code(error) in _NO_ROOM | _IN_USE


def why_unwritable(error: sqlite3.Error) -> str:
    """Return the reason of an unwritable outbox, for people."""
    return "another program held the outbox" if _primary_code(error) in _IN_USE else DISK_FULL


def _primary_code(error: sqlite3.Error) -> int:
    # The lowest byte is the error; the others say where it happened.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class MemorySpill:
    """Heartbeats and logs, and answers to entries, that the disk did not take.

    Attributes:
        dropped: heartbeats dropped because there were too many of them.
        dropped_at: when the last of them went.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.dropped = 0
        self.dropped_at: datetime | None = None
        self._db = connection
        self._used = False
        connection.executescript(_SCHEMA)

    @property
    def source(self) -> str:
        """The table or view that holds all that waits."""
        return "queue" if self._used else "entries"

    @property
    def in_use(self) -> bool:
        """Whether anything is held."""
        return self._used

    def hold(self, heartbeat: Heartbeat) -> int:
        """Hold *heartbeat* and return its id; the oldest one makes room when there are too many."""
        entry_id = self._hold(EntryKind.HEARTBEAT, heartbeat, None)
        dropped = self._db.execute(
            "DELETE FROM temp.held WHERE id <= ? AND kind = 'heartbeat'"
            " AND id NOT IN (SELECT id FROM temp.answers)",
            (entry_id - MOST_HELD,),
        ).rowcount
        if dropped:
            self.dropped += dropped
            self.dropped_at = heartbeat.timestamp
        return entry_id

    def hold_log(self, detailed: DetailedLog, attachment: Attachment | None) -> int | None:
        """Hold *detailed* and return its id; None when as many are held as memory may take."""
        (held,) = self._db.execute("SELECT count(*) FROM temp.held WHERE kind = 'log'").fetchone()
        if held >= MOST_LOGS_HELD:
            return None
        return self._hold(EntryKind.LOG, detailed, attachment)

    def _hold(
        self, kind: EntryKind, payload: Heartbeat | DetailedLog, attachment: Attachment | None
    ) -> int:
        self._used = True
        (highest,) = self._db.execute("SELECT max(id) FROM temp.held").fetchone()
        entry_id = HELD_FROM if highest is None else int(highest) + 1
        self._db.execute(
            "INSERT INTO temp.held VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry_id,
                kind,
                payload.username,
                payload.hostname,
                payload.timestamp.timestamp(),
                encode(payload),
                None if attachment is None else attachment.media_type,
                None if attachment is None else attachment.data,
            ),
        )
        return entry_id

    def note(self, ids: Iterable[int], state: EntryState, at: datetime, answer: str) -> None:
        """Note the server's answer about these entries."""
        self._used = True
        self._db.executemany(
            "INSERT OR REPLACE INTO temp.answers VALUES (?, ?, ?, ?)",
            [(entry_id, state, at.timestamp(), answer) for entry_id in ids],
        )

    def settle(self) -> None:
        """Write all that is held to the disk; part of the caller's transaction."""
        self._db.execute(
            "UPDATE main.entries SET (state, answered_at, answer) ="
            " (SELECT state, answered_at, answer FROM temp.answers AS a WHERE a.id = entries.id)"
            " WHERE id IN (SELECT id FROM temp.answers)"
        )
        self._db.execute(
            "INSERT INTO main.entries (kind, state, username, hostname, created_at, answered_at,"
            " answer, body, media_type, attachment)"
            " SELECT h.kind, coalesce(a.state, 'queued'), h.username, h.hostname, h.created_at,"
            " a.answered_at, a.answer, h.body, h.media_type, h.attachment"
            " FROM temp.held AS h LEFT JOIN temp.answers AS a USING (id) ORDER BY h.id"
        )

    def clear(self) -> None:
        """Forget all that is held: it was settled."""
        self._db.execute("DELETE FROM temp.held")
        self._db.execute("DELETE FROM temp.answers")
        self.dropped = 0
        self.dropped_at = None
        self._used = False
