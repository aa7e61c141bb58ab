"""Damages an outbox as a failing disk does."""

import sqlite3
from contextlib import closing
from pathlib import Path

PAGE_BYTES = 4096


def damage(file: Path, where: str) -> None:
    """Overwrite the root of the table or index *where* in the outbox *file*, or of all of it."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT coalesce(min(rootpage), 1) FROM sqlite_master WHERE name = ?", (where,)
        ).fetchone()
    _overwrite(file, page - 1)


def damage_around(file: Path, body: bytes) -> None:
    """Overwrite the page of the outbox *file* that holds *body*."""
    _overwrite(file, file.read_bytes().index(body) // PAGE_BYTES)


def _overwrite(file: Path, page: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(page * PAGE_BYTES)
        stream.write(b"\xa5" * PAGE_BYTES)
