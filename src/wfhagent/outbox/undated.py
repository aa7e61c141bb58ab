"""Entries that a clock has dated which no server had set: their true moment is found out later."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wfhagent.outbox import queue
from wfhagent.outbox.days import Days
from wfhagent.outbox.entry import SLOT_TAKEN, Entry, EntryState, entry_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Undated:
    """An entry that waits. *elapsed* is when it was made, by the clock that knows no jumps.

    It is None for an entry of an earlier run, whose elapsed seconds began at another moment.
    """

    entry: Entry
    elapsed: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """The true moment of an entry, and its *body* with it.

    *before* and *after* are workday and slot of one of the day's logs, until now and from now on.
    """

    entry: Entry
    at: datetime
    body: bytes
    before: tuple[date, int] | None = None
    after: tuple[date, int] | None = None


def note(db: sqlite3.Connection, entry_id: int, *, run: int, elapsed: float) -> None:
    """Note that an unset clock has dated the entry; part of the caller's transaction."""
    db.execute("INSERT INTO undated VALUES (?, ?, ?)", (entry_id, run, elapsed))


def waiting(db: sqlite3.Connection, *, run: int, now: datetime) -> Sequence[Undated]:
    """Return the entries that wait and were noted, or that claim to be made after *now*."""
    rows = db.execute(
        "SELECT id, kind, username, hostname, created_at, body, NULL, NULL,"
        " CASE WHEN run = ? THEN elapsed END"
        " FROM entries LEFT JOIN undated ON entry_id = id"
        " WHERE state = 'queued' AND (entry_id IS NOT NULL OR created_at > ?) ORDER BY id",
        (run, now.timestamp()),
    ).fetchall()
    return [Undated(entry=entry_of(row[:8]), elapsed=row[8]) for row in rows]


def set_dates(db: sqlite3.Connection, days: Days, dated: Sequence[Dated], *, now: datetime) -> None:
    """Give entries their true moments and slots; part of the caller's transaction.

    A log that loses its slot and gets none is set aside: its true day has two others.
    """
    # First: one may get the slot that another one gives up.
    for each in dated:
        if each.before is not None:
            days.empty(*each.before)
    for each in dated:
        db.execute(
            "UPDATE entries SET created_at = ?, body = ? WHERE id = ?",
            (each.at.timestamp(), each.body, each.entry.id),
        )
        if each.after is not None:
            days.fill(*each.after)
        elif each.before is not None:
            queue.answer(db, [each.entry.id], EntryState.REFUSED, now, SLOT_TAKEN)
    db.execute("DELETE FROM undated")
