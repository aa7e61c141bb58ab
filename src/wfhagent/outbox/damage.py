"""What is done about a damaged file: it is set aside, and what can be read of it is saved."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from wfhagent.outbox.memory_spill import is_no_room
from wfhagent.outbox.schema import NewerOutboxError, Sharing, connect, transaction
from wfhagent.system.probe import may_be_there
from wfhagent.system.replace_file import replace

log = logging.getLogger(__name__)

NOTES = ("counters", "days", "missed", "dropped")
"""What the agent remembers in addition to the entries; without `days` it would take a third log."""
ROOM_TO_OPEN = 1_000_000
"""Bytes."""
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def is_damage(error: BaseException) -> bool:
    """Tell whether *error* means that the file is no whole database any more."""
    # The lowest byte is the error; the others say where it happened.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


class Opened(NamedTuple):
    """An open file; *set_aside* is where a damaged one went, *sharing* as in `connect`."""

    connection: sqlite3.Connection
    set_aside: Path | None = None
    sharing: Sharing = Sharing.MEMORY


def open_or_begin_again(file: Path, now: datetime) -> Opened:
    """Open *file*; a damaged one is set aside, one on a full disk is shared with nobody.

    Raises:
        sqlite3.OperationalError: it cannot be opened now.
        NewerOutboxError: it was written by a newer wfhagent.
        OSError: its folder cannot be made, or the damaged one not be moved.
    """
    try:
        check_whole(file)
        return Opened(connect(file))
    except NewerOutboxError:
        raise
    except sqlite3.OperationalError as error:
        if not is_no_room(error):
            raise
        return _open_without_shared_memory(file, error)
    except sqlite3.DatabaseError as error:
        aside = _set_aside(file, now)
        connection = connect(file)
        saved = _save(aside, connection)
        log.error(  # noqa: TRY400
            "The outbox was damaged (%s); it is set aside as %s, and %d entries of it were saved",
            error,
            aside,
            saved,
        )
        return Opened(connection, set_aside=aside)


def _open_without_shared_memory(file: Path, error: sqlite3.OperationalError) -> Opened:
    if has_room(file.parent):
        log.warning("Memory cannot be shared in %s (%s): done without", file.parent, error)
        with suppress(sqlite3.OperationalError):
            return Opened(connect(file, Sharing.TURNS), sharing=Sharing.TURNS)
    log.warning("The disk has no room for the outbox (%s): it is kept to itself", error)
    return Opened(connect(file, Sharing.NONE), sharing=Sharing.NONE)


def has_room(folder: Path) -> bool:
    """Tell whether the disk of *folder* has far more room than it takes to open an outbox."""
    try:
        return shutil.disk_usage(folder).free > ROOM_TO_OPEN
    except OSError:
        return False


def check_whole(file: Path) -> None:
    """Read all of *file*: damage in the middle is met by no query until it is reached.

    Takes some hundredths of a second for the entries of a month.

    Raises:
        sqlite3.DatabaseError: it is damaged; the text says how.
    """
    if not may_be_there(file) or not file.stat().st_size:
        return
    # A connection of its own takes along the memory that this needs.
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(found.split()))


def _set_aside(file: Path, now: datetime) -> Path:
    aside = file.with_name(f"{file.name}.damaged-{now:%Y%m%dT%H%M%S}")
    replace(file, aside)
    with suppress(FileNotFoundError):
        # The newest entries may be in it only.
        replace(file.with_name(f"{file.name}-wal"), aside.with_name(f"{aside.name}-wal"))
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    return aside


def _save(aside: Path, into: sqlite3.Connection) -> int:
    """Copy what can be read of *aside*; return how many entries that were."""
    saved = 0
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as damaged, transaction(into):
            for table in (*NOTES, "entries"):
                saved = _save_table(table, damaged, into)
    except sqlite3.Error as error:
        log.warning("%s: nothing of it can be saved: %s", aside, error)
        return 0
    return saved


def _save_table(table: str, damaged: sqlite3.Connection, into: sqlite3.Connection) -> int:
    known = [name for (name,) in into.execute(f"SELECT name FROM pragma_table_info('{table}')")]
    saved = 0
    # What is behind the damage is reached from the other end.
    for order in ("ASC", "DESC"):
        for row in _readable(damaged, f"SELECT * FROM {table} ORDER BY rowid {order}"):
            fields = {name: row[name] for name in row.keys() if name in known}  # noqa: SIM118
            if table == "entries" and not _is_json(fields.get("body")):
                continue
            columns = ", ".join(fields)
            marks = ", ".join("?" * len(fields))
            with suppress(sqlite3.IntegrityError):
                saved += into.execute(
                    f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})",
                    tuple(fields.values()),
                ).rowcount
    return saved


def _readable(damaged: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row]:
    """Yield the rows that *query* gives before it meets damage."""
    try:
        cursor = damaged.execute(query)
        cursor.row_factory = sqlite3.Row
        yield from cursor
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        log.debug("%s: %s", query, error)


def _is_json(body: object) -> bool:
    try:
        return isinstance(body, bytes) and isinstance(msgspec.json.decode(body), dict)
    except ValueError:
        return False
