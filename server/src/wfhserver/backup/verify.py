"""Verifies a backup: every file is there, unchanged, and can be read."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wfhserver.backup.create import DATABASE
from wfhserver.backup.encryption import SUFFIXES, Decryption, OpenPgp, Plain, decryption_of
from wfhserver.backup.manifest import Manifest, read_manifest
from wfhserver.backup.programs import list_contents
from wfhserver.backup.sums import SUMS, digest_of, read_sums
from wfhserver.errors import BackupError


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that is as it was written. *is_readable* tells whether its dump was read, too."""

    manifest: Manifest
    files: int
    is_readable: bool


def verify(backup: Path, identity: Path | None = None) -> Verified:
    """Check each file of *backup*. BackupError names the first that is missing or damaged.

    Of an encrypted backup only the hashes are checked, unless *identity* can decrypt it.
    """
    files = _check_files(backup)
    manifest = read_manifest(backup)
    decryption = _decryption(manifest, identity)
    if decryption is None:
        return Verified(manifest, files, is_readable=False)
    with opened_dump(backup, manifest, decryption) as dump:
        list_contents(dump, manifest.postgresql)
    return Verified(manifest, files, is_readable=True)


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


def _check_files(backup: Path) -> int:
    listed = 0
    paths: set[str] = set()
    for digest, path in read_sums(backup):
        _check_file(backup, path, digest)
        paths.add(path)
        listed += 1
    for path in _paths_in(backup):
        if path not in paths and path != SUMS:
            raise BackupError(
                f"{backup / path} is not on the list of {SUMS}: the list is damaged, or the file"
                " was added later. Use another backup."
            )
    return listed


def _check_file(backup: Path, path: str, digest: str) -> None:
    try:
        found = digest_of(backup / path)
    except FileNotFoundError:
        raise BackupError(f"{backup / path} is missing. Use another backup.") from None
    except OSError as error:
        raise BackupError(f"{backup / path} cannot be read: {error.strerror}.") from error
    if found != digest:
        raise BackupError(
            f"{backup / path} is damaged: its content is not what was written. Use another backup,"
            " and make a new one with wfhserver backup create --full."
        )


def _paths_in(backup: Path) -> Iterator[str]:
    for folder, _, names in os.walk(backup):
        for name in names:
            yield str((Path(folder) / name).relative_to(backup))
