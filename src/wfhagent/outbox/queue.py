"""The entries that wait: how one goes in, which come next, how many there are.

*source* is what holds all of them: the table, or a view of disk and memory while the disk is full.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from wfhagent.errors import OutboxError
from wfhagent.outbox.entry import Entry, EntryKind, EntryState, Totals, entry_of
from wfhagent.payload import DetailedLog, Heartbeat
from wfhagent.plugin import Attachment


def insert(
    db: sqlite3.Connection,
    kind: EntryKind,
    payload: Heartbeat | DetailedLog,
    body: bytes,
    attachment: Attachment | None,
) -> int:
    """Store an entry and return its id; part of the caller's transaction."""
    cursor = db.execute(
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
        raise OutboxError("SQLite gave no id for an entry of the outbox.")
    return cursor.lastrowid


def oldest(db: sqlite3.Connection, source: str) -> Entry | None:
    """Return the entry that has waited longest, without its attachment."""
    # By kind, and not by id alone: that would read all of the journal that comes before.
    row = db.execute(
        "SELECT id, kind, username, hostname, created_at, body, NULL, NULL"
        f" FROM {source} WHERE state = 'queued' AND id = (SELECT min(id) FROM ("
        f"SELECT min(id) AS id FROM {source}"
        " WHERE state = 'queued' AND kind = 'heartbeat' UNION ALL"
        f" SELECT min(id) FROM {source}"
        " WHERE state = 'queued' AND kind = 'log'))"
    ).fetchone()
    return None if row is None else entry_of(row)


def waiting(
    db: sqlite3.Connection,
    source: str,
    kind: EntryKind,
    *,
    username: str,
    hostname: str,
    limit: int,
) -> Sequence[Entry]:
    """Return the entries of this user and host that wait, in order, at most *limit*."""
    rows = db.execute(
        "SELECT id, kind, username, hostname, created_at, body, media_type, attachment"
        f" FROM {source} WHERE state = 'queued'"
        " AND kind = ? AND username = ? AND hostname = ? ORDER BY id LIMIT ?",
        (kind, username, hostname, limit),
    )
    return [entry_of(row) for row in rows]


def answer(
    db: sqlite3.Connection, ids: Iterable[int], state: EntryState, at: datetime, text: str
) -> None:
    """Note what became of these entries; part of the caller's transaction."""
    db.executemany(
        "UPDATE entries SET state = ?, answered_at = ?, answer = ? WHERE id = ?",
        [(state, at.timestamp(), text, entry_id) for entry_id in ids],
    )


def totals(db: sqlite3.Connection, source: str, *, dropped: int) -> Totals:
    """Return the state of the outbox; *dropped* heartbeats are not counted on the disk yet."""
    # One statement: it is asked for with every heartbeat and every status.
    heartbeats, logs, refused, dropped_heartbeats, dropped_logs = db.execute(
        "SELECT count(*) FILTER (WHERE kind = 'heartbeat'),"
        " count(*) FILTER (WHERE kind = 'log'),"
        " (SELECT count(*) FROM entries WHERE state = 'refused'),"
        " (SELECT value FROM counters WHERE name = 'dropped_heartbeats'),"
        " (SELECT value FROM counters WHERE name = 'dropped_logs')"
        f" FROM {source} WHERE state = 'queued'"
    ).fetchone()
    return Totals(
        queued_heartbeats=heartbeats,
        queued_logs=logs,
        refused=refused,
        dropped_heartbeats=(dropped_heartbeats or 0) + dropped,
        dropped_logs=dropped_logs or 0,
    )
