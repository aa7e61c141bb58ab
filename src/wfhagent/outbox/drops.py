"""What was dropped on which day, and why; the journal shows it."""

import sqlite3
from datetime import date
from enum import StrEnum

from wfhagent.messages import N_


class DropReason(StrEnum):
    """Why an entry was dropped."""

    TOO_OLD = N_("too old")
    NO_ROOM = N_("no room")
    DISK_FULL = N_("the disk was full")


def note_drop(
    db: sqlite3.Connection, day: date, *, kind: str, state: str, reason: DropReason, count: int
) -> None:
    """Remember *count* entries that were given up on *day*; part of the caller's transaction."""
    db.execute(
        "INSERT INTO dropped VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (day, kind, state, reason)"
        " DO UPDATE SET count = count + ?5",
        (day.isoformat(), kind, state, reason, count),
    )
