"""SHA256SUMS: the hash of each file of a backup, in the format of `sha256sum`."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from wfhserver.errors import BackupError, DamagedBackupError

SUMS: Final = "SHA256SUMS"
_LINE: Final = re.compile(r"\A([0-9a-f]{64})  ([^/\n\0][^\n\0]*)\n\Z")
_BLOCK: Final = 1024 * 1024


class Sum(NamedTuple):
    """The SHA-256 of one file, in hexadecimal, and its path in the backup."""

    digest: str
    path: str


class HashedFile:
    """A file that is being written, and the hash and size of what was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        """Write *content*; return its size."""
        self._hash.update(content)
        self.size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()

    def digest(self) -> str:
        """Return the hash of what was written, in hexadecimal."""
        return self._hash.hexdigest()


def digest_of(path: Path) -> str:
    """Return the hash of the file *path*, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_sums(backup: Path) -> Iterator[Sum]:
    """Yield the hashes of *backup*. DamagedBackupError when the list is missing or damaged."""
    path = backup / SUMS
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                found = _LINE.match(line)
                if found is None or ".." in found[2].split("/"):
                    raise DamagedBackupError(
                        f"Line {number} of {path} is damaged. Use another backup, or make a new one"
                        " with wfhserver backup create --full."
                    )
                yield Sum(found[1], found[2])
    except FileNotFoundError:
        raise DamagedBackupError(f"{backup} is no backup: it has no {SUMS}.") from None
    except PermissionError:
        raise BackupError(f"{path} may not be read by this user.") from None
