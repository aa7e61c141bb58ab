"""manifest.json: what a backup holds, and what can read it."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from wfhserver.errors import BackupError

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
SCREENSHOTS: Final = "screenshots"
SETTINGS: Final = "settings"
_FORMAT: Final = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a backup, without personal data. Sizes in bytes.

    *schema* is the database's revision, *postgresql* the server's major version, *encryption* one
    of `none`, `age` and `openpgp`, *recipients* its public keys or their hash. *new* counts the
    screenshots that the backup before did not have.
    """

    made_at: datetime
    wfhserver: str
    schema: str
    postgresql: int
    encryption: str = "none"
    recipients: list[str] = []
    database_bytes: int = 0
    screenshots: int | None = None
    screenshot_bytes: int = 0
    new: int = 0
    format: int = _FORMAT


def write_manifest(backup: Path, manifest: Manifest) -> bytes:
    """Write *manifest* into *backup*; return what was written."""
    content = msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"
    (backup / MANIFEST).write_bytes(content)
    return content


def read_manifest(backup: Path) -> Manifest:
    """Return the manifest of *backup*. BackupError when it has none that can be read."""
    path = backup / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupError(
            f"{backup} has no {MANIFEST}: an older version made it, or it is no backup."
            " wfhserver-restore reads backups of older versions."
        ) from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read: {error}. Use another backup.") from error
    if manifest.format > _FORMAT:
        raise BackupError(
            f"{backup} has format {manifest.format}, which this version cannot read. Install"
            f" wfhserver {manifest.wfhserver} or newer."
        )
    return manifest
