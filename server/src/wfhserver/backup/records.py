"""Two small files in the folder of backups: the newest backup, and the newest verification.

The server reads them where the backups themselves are closed to it. They hold no personal data.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from wfhserver.backup.folder import is_folder_of_backups, made_at

LAST_BACKUP: Final = "last-backup.json"
LAST_VERIFICATION: Final = "last-verification.json"
_READABLE: Final = 0o644


class BackupRecord(msgspec.Struct, frozen=True):
    """A *backup*, by the name of its folder, that was made or verified *at* that time.

    *problem* says what a verification found, and is None when all was good.
    """

    backup: str
    at: datetime
    problem: str | None = None


def record_backup(backup: Path, at: datetime) -> None:
    """Record that *backup* is complete. Raises OSError."""
    _write(backup.parent / LAST_BACKUP, BackupRecord(backup.name, at))


def record_verification(backup: Path, at: datetime, problem: str | None) -> None:
    """Record what a verification of *backup* found. Raises OSError.

    Nothing is written next to a backup that was copied away: no server looks there.
    """
    if made_at(backup.name) is not None and is_folder_of_backups(backup.parent):
        _write(backup.parent / LAST_VERIFICATION, BackupRecord(backup.name, at, problem))


def read_record(path: Path) -> BackupRecord | None:
    """Return the record *path*; None without one that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=BackupRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _write(path: Path, record: BackupRecord) -> None:
    """Replace the file *path* as a whole; who may read it, the mode of its folder decides."""
    new = path.with_name(f".{path.name}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(new, flags, _READABLE), "wb") as file:
        # Whatever the umask, which is strict for everything else here.
        os.fchmod(file.fileno(), _READABLE)
        file.write(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
