"""The newest good backup of a folder, found without reading more than its manifest."""

import os
from pathlib import Path
from typing import NamedTuple

from wfhserver.backup.encryption import SUFFIXES
from wfhserver.backup.folder import backups_in
from wfhserver.backup.manifest import DATABASE, MANIFEST, SCREENSHOTS, Manifest, read_manifest
from wfhserver.backup.records import LAST_BACKUP, read_record
from wfhserver.backup.sums import SUMS
from wfhserver.errors import BackupError


class _Size(NamedTuple):
    files: int
    bytes: int


def last_good(folder: Path) -> Path | None:
    """Return the newest complete backup in *folder*; None without one. Raises OSError.

    Of a backup that this process may not open, the name counts, unless it is newer than the one
    that `wfhserver backup create` recorded last: then somebody else put it there.
    """
    recorded = read_record(folder / LAST_BACKUP)
    for backup in reversed(backups_in(folder)):
        if os.access(backup, os.R_OK | os.X_OK):
            is_good = is_complete(backup)
        else:
            is_good = recorded is None or backup.name <= recorded.backup
        if is_good:
            return backup
    return None


def is_complete(backup: Path) -> bool:
    """Tell whether what the manifest of *backup* names is there, with its sizes."""
    try:
        if not (backup / MANIFEST).exists():
            # An older version made it, whose list names the dump alone.
            return min((backup / each).stat().st_size for each in (SUMS, DATABASE)) > 0
        manifest = read_manifest(backup)
        return _has_files(backup, manifest)
    except (BackupError, OSError):
        return False


def _has_files(backup: Path, manifest: Manifest) -> bool:
    dump = backup / (DATABASE + SUFFIXES.get(manifest.encryption, ""))
    if dump.stat().st_size != manifest.database_bytes or not (backup / SUMS).stat().st_size:
        return False
    if manifest.screenshots is None:
        return True
    expected = _Size(manifest.screenshots, manifest.screenshot_bytes)
    return _size_of(backup / SCREENSHOTS) == expected


def _size_of(folder: Path) -> _Size:
    """Return what is below *folder*: some hundred thousand files take seconds."""
    count = size = 0
    for each, _, names in os.walk(folder):
        count += len(names)
        size += sum(Path(each, name).stat().st_size for name in names)
    return _Size(count, size)
