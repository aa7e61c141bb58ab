"""What was given up on which day, and why: for the person at this machine."""

import sqlite3
from datetime import date
from enum import StrEnum


class Loss(StrEnum):
    """Why an entry was given up."""

    TOO_OLD = "too old"
    NO_ROOM = "no room"
    DISK_FULL = "the disk was full"


def note_loss(
    db: sqlite3.Connection, day: date, *, kind: str, state: str, reason: Loss, count: int
) -> None:
    """Remember *count* entries that were given up on *day*; part of the caller's transaction."""
    db.execute(
        "INSERT INTO dropped VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (day, kind, state, reason)"
        " DO UPDATE SET count = count + ?5",
        (day.isoformat(), kind, state, reason, count),
    )
