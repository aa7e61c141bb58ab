"""The tables of the outbox, and how its file is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from wfhagent.system.probe import may_be_there

SCHEMA_VERSION = 6

SCHEMA = """
CREATE TABLE entries (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('heartbeat', 'log')),
  state       TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'refused')),
  username    TEXT NOT NULL,
  hostname    TEXT NOT NULL,
  created_at  REAL NOT NULL,
  answered_at REAL,
  answer      TEXT,
  body        BLOB NOT NULL,
  media_type  TEXT,
  attachment  BLOB
) STRICT;
CREATE INDEX entries_queued ON entries (kind, id) WHERE state = 'queued';
CREATE INDEX entries_answered ON entries (created_at) WHERE state <> 'queued';
CREATE INDEX entries_refused ON entries (id) WHERE state = 'refused';

-- One row per working day: which slots are filled, and when this machine was awake.
CREATE TABLE days (
  workday     TEXT PRIMARY KEY,
  slots       INTEGER NOT NULL DEFAULT 0,
  first_awake REAL,
  last_awake  REAL,
  closed      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE missed (
  workday  TEXT NOT NULL,
  slot     INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  entry_id INTEGER,
  PRIMARY KEY (workday, slot)
) STRICT;

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
"""

_DROPPED = """
-- What was given up on which day, and why: for the person at this machine.
CREATE TABLE dropped (
  day    TEXT NOT NULL,
  kind   TEXT NOT NULL,
  state  TEXT NOT NULL,
  reason TEXT NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (day, kind, state, reason)
) STRICT;
"""
_HINDERED = """
-- Why no log could be taken on a day on which the machine was awake.
ALTER TABLE days ADD COLUMN hindered TEXT NOT NULL DEFAULT '';
"""
_UNDATED = """
-- Entries that were dated by a clock which no server had set yet.
CREATE TABLE undated (
  entry_id INTEGER PRIMARY KEY,
  run      INTEGER NOT NULL,
  elapsed  REAL NOT NULL
) STRICT;
"""
_AWAKE = """
-- When the machine was awake on the day of a missed slot.
ALTER TABLE missed ADD COLUMN awake_from REAL;
ALTER TABLE missed ADD COLUMN awake_until REAL;
"""
SCHEMA += _DROPPED + _HINDERED + _UNDATED + _AWAKE

_STEPS = (
    "",
    "CREATE INDEX entries_refused ON entries (id) WHERE state = 'refused';",
    _DROPPED,
    _HINDERED,
    _UNDATED,
    _AWAKE,
)
"""What makes the schema of each version that of the next; the first is 0, an empty file."""


class Sharing(Enum):
    """How other processes can read the outbox while it is open."""

    MEMORY = auto()
    """At any time; SQLite shares memory with them through a file."""
    TURNS = auto()
    """Between two writes; for folders in which memory cannot be shared."""
    NONE = auto()
    """Not at all; for a full disk, which has no room for what the others need."""


def connect(file: Path, sharing: Sharing = Sharing.MEMORY) -> sqlite3.Connection:
    """Open *file*, with every commit on the disk before it returns.

    Raises:
        sqlite3.DatabaseError: *file* is damaged, or is no SQLite file.
        OSError: its folder cannot be made.
    """
    # The outbox holds screenshots of a desktop: nobody but its owner may read it.
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    existed = may_be_there(file)
    connection = sqlite3.connect(file, isolation_level=None, timeout=10)
    try:
        if not existed:
            file.chmod(0o600)
        if sharing is not Sharing.MEMORY:
            # Before the file is read for the first time: then no memory is shared.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not _version(connection):
            # Without it a file never shrinks, and dropped entries free no disk. Before any table;
            # later it writes, which a full disk does not take.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if sharing is Sharing.TURNS:
            connection.execute("PRAGMA journal_mode = DELETE")
            # The lock goes with the next look at the file.
            connection.execute("PRAGMA locking_mode = NORMAL")
            _version(connection)
        else:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        _migrate(connection)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return connection


class NewerOutboxError(sqlite3.DatabaseError):
    """The file was written by a newer wfhagent."""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit all of the block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise NewerOutboxError(
            f"the outbox was written by a newer wfhagent (schema {version}, known is "
            f"{SCHEMA_VERSION}): install that version again"
        )
    steps = SCHEMA if version == 0 else "".join(_STEPS[version:])
    if not steps:
        return
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        # An agent and a command that start together both find an empty file.
        if _version(connection) != SCHEMA_VERSION:
            raise
