"""Drops entries that are too old or no longer fit, and notes what was given up."""

import logging
import shutil
import sqlite3
from datetime import date
from pathlib import Path

from wfhagent.outbox.bounds import Bounds, Drop, Load, next_drop
from wfhagent.outbox.counters import Counters
from wfhagent.outbox.drops import DropReason, note_drop
from wfhagent.outbox.entry import EntryState
from wfhagent.outbox.schema import transaction

log = logging.getLogger(__name__)

USED_BYTES = (
    "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p,"
    " pragma_freelist_count f, pragma_page_size s"
)
"""Gives the bytes of the file that hold something."""
DROP_AT_ONCE = 100
"""Entries dropped per round: small enough to drop little more than is needed."""

ANSWERED = "state <> 'queued'"
QUEUED = "state = 'queued'"
"""Together all entries. Each has its index: no condition may read the whole journal."""
_WHICH = {
    Drop.ANSWERED: ANSWERED,
    Drop.HEARTBEATS: f"{QUEUED} AND kind = 'heartbeat'",
}


def make_room(
    db: sqlite3.Connection, counters: Counters, file: Path, bounds: Bounds, *, today: date
) -> None:
    """Drop the cheapest entries until the outbox in *file* fits into *bounds*."""
    while (cheapest := next_drop(_load(db, file), bounds)) is not Drop.NOTHING:
        condition = f"id IN (SELECT id FROM entries WHERE {_WHICH[cheapest]} ORDER BY id LIMIT ?)"
        with transaction(db):
            drop(db, counters, condition, DROP_AT_ONCE, today=today, reason=DropReason.NO_ROOM)
        # Gives back one page per step, and execute() takes one step only.
        db.executescript("PRAGMA incremental_vacuum")


def drop(
    db: sqlite3.Connection,
    counters: Counters,
    condition: str,
    parameter: float,
    *,
    today: date,
    reason: DropReason,
) -> None:
    """Delete the entries that meet *condition*; part of the caller's transaction."""
    found = db.execute(
        f"SELECT kind, state, count(*) FROM entries WHERE {condition} GROUP BY kind, state",
        (parameter,),
    ).fetchall()
    for kind, state, count in found:
        if state == EntryState.QUEUED:
            counters.add(f"dropped_{kind}s", count)
            log.warning("Dropped %d %ss: %s", count, kind, reason)
        elif reason is DropReason.TOO_OLD:
            continue  # It was answered, and is forgotten in its time: no loss.
        note_drop(db, today, kind=kind, state=state, reason=reason, count=count)
    if found:
        db.execute(f"DELETE FROM entries WHERE {condition}", (parameter,))


def _load(db: sqlite3.Connection, file: Path) -> Load:
    answered, heartbeats, used = db.execute(
        f"SELECT EXISTS (SELECT 1 FROM entries WHERE {_WHICH[Drop.ANSWERED]}),"
        f" EXISTS (SELECT 1 FROM entries WHERE {_WHICH[Drop.HEARTBEATS]}), ({USED_BYTES})"
    ).fetchone()
    return Load(
        used_bytes=used,
        free_bytes=shutil.disk_usage(file.parent).free,
        answered=bool(answered),
        queued_heartbeats=bool(heartbeats),
    )
