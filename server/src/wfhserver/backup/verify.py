"""Verifies a backup: every file is there, unchanged, and can be read."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wfhserver.backup.encryption import SUFFIXES, Decryption, OpenPgp, Plain, decryption_of
from wfhserver.backup.manifest import DATABASE, Manifest, read_manifest
from wfhserver.backup.programs import list_contents
from wfhserver.backup.sums import SUMS, digest_of, read_sums
from wfhserver.errors import BackupError, DamagedBackupError


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that is as it was written. *is_readable* tells whether its dump was read, too."""

    manifest: Manifest
    files: int
    is_readable: bool


def verify(backup: Path, identity: Path | None = None) -> Verified:
    """Check each file of *backup*. DamagedBackupError names the first that is missing or damaged.

    Of an encrypted backup only the hashes are checked, unless *identity* can decrypt it.
    BackupError when it cannot be checked, for example with another key.
    """
    if not backup.is_dir():
        raise BackupError(f"There is no backup {backup}.")
    paths = _check_listed(backup)
    manifest = read_manifest(backup)
    _check_others(backup, paths)
    decryption = _decryption(manifest, identity)
    if decryption is None:
        return Verified(manifest, len(paths), is_readable=False)
    with opened_dump(backup, manifest, decryption) as dump:
        list_contents(dump, manifest.postgresql)
    return Verified(manifest, len(paths), is_readable=True)


def _decryption(manifest: Manifest, identity: Path | None) -> Decryption | None:
    """Return how to decrypt; None for OpenPGP, too, whose keyring nobody asked to open."""
    if manifest.encryption == OpenPgp.name and identity is None:
        return None
    return decryption_of(manifest.encryption, identity)


@contextmanager
def opened_dump(backup: Path, manifest: Manifest, decryption: Decryption) -> Iterator[Path]:
    """Yield the path of the database's dump, decrypted into a temporary file if need be."""
    stored = backup / (DATABASE + SUFFIXES[manifest.encryption])
    if manifest.encryption == Plain.name:
        yield stored
        return
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / DATABASE
        with stored.open("rb") as source, dump.open("xb") as target:
            decryption.decrypt(source, target)
        yield dump


def _check_listed(backup: Path) -> set[str]:
    """Check what the list of hashes names; return the paths."""
    paths = set()
    for digest, path in read_sums(backup):
        _check_file(backup, path, digest)
        paths.add(path)
    return paths


def _check_others(backup: Path, paths: set[str]) -> None:
    """Check that nothing else is there."""
    for path in _paths_in(backup):
        if path not in paths and path != SUMS:
            raise DamagedBackupError(
                f"{backup / path} is not on the list of {SUMS}: the list is damaged, or the file"
                " was added later. Use another backup."
            )


def _check_file(backup: Path, path: str, digest: str) -> None:
    try:
        found = digest_of(backup / path)
    except FileNotFoundError:
        raise DamagedBackupError(f"{backup / path} is missing. Use another backup.") from None
    except PermissionError:
        raise BackupError(f"{backup / path} may not be read by this user.") from None
    except OSError as error:
        problem = f"{backup / path} cannot be read: {error.strerror}."
        raise DamagedBackupError(problem) from error
    if found != digest:
        raise DamagedBackupError(
            f"{backup / path} is damaged: its content is not what was written. Use another backup,"
            " and make a new one with wfhserver backup create --full."
        )


def _paths_in(backup: Path) -> Iterator[str]:
    for folder, _, names in os.walk(backup):
        for name in names:
            yield str((Path(folder) / name).relative_to(backup))
