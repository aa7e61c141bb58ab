"""Writes a bundle as a ZIP file."""

import os
import zipfile
from pathlib import Path
from typing import Final

from wfhserver.models.bundles import DeviceBundle

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_OWNER_ONLY, _SCRIPT = 0o600, 0o700


def write_zip(bundle: DeviceBundle, target: Path) -> None:
    """Write *bundle* to a new file that only its owner can read; FileExistsError if it exists."""
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(number, "wb") as file, zipfile.ZipFile(file, "w") as archive:
        for each in bundle.files:
            entry = zipfile.ZipInfo(each.name, _FIRST_DAY)
            entry.external_attr = (_SCRIPT if each.name.endswith(".sh") else _OWNER_ONLY) << 16
            archive.writestr(entry, each.text, zipfile.ZIP_DEFLATED)
