r"""Windows: C:\ProgramData\wfhagent, which decides for everybody, is for administrators to write.

Any user may create a folder in C:\ProgramData, and what they create is theirs.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from wfhagent.messages import _
from wfhagent.os_service.runner import Run, require
from wfhagent.os_service.unit import ServiceError
from wfhagent.system.replace_file import replace

ADMINISTRATORS = "*S-1-5-32-544"
GRANTS = (
    f"{ADMINISTRATORS}:(OI)(CI)F",
    "*S-1-5-18:(OI)(CI)F",  # SYSTEM
    "*S-1-5-32-545:(OI)(CI)RX",  # Users
)


def protect(folder: Path, run: Run, is_trusted: Callable[[Path], bool]) -> str:
    """Give *folder* to Administrators, and let users read only; it is made where it is missing.

    One that somebody else made is moved aside with all that is in it. Returns a sentence about
    that, with a space behind it, or nothing.

    Raises:
        ServiceError: Windows refuses it.
    """
    moved = ""
    try:
        if os.path.lexists(folder) and (_leads_elsewhere(folder) or not is_trusted(folder)):
            aside = folder.with_name(f"{folder.name}.untrusted-{token_hex(4)}")
            replace(folder, aside)
            text = _("{folder} belonged to an ordinary user. It was renamed to {aside}; delete it.")
            moved = f"{text.format(folder=folder, aside=aside)} "
        if not os.path.lexists(folder):
            folder.mkdir()
    except OSError as error:
        raise ServiceError(
            _(
                "{folder} cannot be protected: {error}. Delete it as an administrator and try "
                "again."
            ).format(folder=folder, error=error)
        ) from error
    # The list first: until then others may add files, and the agent refuses what is theirs.
    require(run, ["icacls", str(folder), "/inheritance:r", "/grant:r", *GRANTS])
    require(run, ["icacls", str(folder), "/setowner", ADMINISTRATORS])
    return moved


def _leads_elsewhere(folder: Path) -> bool:
    found = folder.lstat()
    attributes = getattr(found, "st_file_attributes", 0)
    # A junction is a reparse point, and no symbolic link.
    return stat.S_ISLNK(found.st_mode) or bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)
