"""Which files may be trusted: those that nobody can change but their owner, who is you or root.

On Windows root is SYSTEM, the Administrators and TrustedInstaller, and the access control list says
who else may change a file.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from wfhagent.messages import N_

OTHERS_WRITE = N_("can be changed by other users")
FOREIGN = (
    N_("belongs neither to you nor to Administrators")
    if sys.platform == "win32"
    else N_("belongs neither to you nor to root")
)
HOW_TO_FIX = (
    N_(
        "make you or Administrators its owner, and let nobody else write to it (Properties, "
        "Security, Advanced)"
    )
    if sys.platform == "win32"
    else N_("make you or root its owner (`chown`), and let nobody else write to it (`chmod go-w`)")
)
"""What to do about a file that is not trusted."""


def mistrust(path: Path, *, own_group: bool = False) -> str:
    """Return why *path* itself cannot be trusted, as the end of a sentence; empty when it can.

    With *own_group* a group that is the owner's alone counts as the owner: many systems give
    everybody such a group, and new files are writable by it.

    Raises:
        OSError: it cannot be looked at.
    """
    found = _look(path)
    if _others_write(found, own_group=own_group):
        return OTHERS_WRITE
    return "" if _is_owned(found) else FOREIGN


def mistrusted(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield what cannot be trusted of *path* and the folders that lead to it, with the reason.

    Who can write such a folder can put another file in the place of *path*.

    Raises:
        OSError: one cannot be looked at.
    """
    if why := mistrust(path, own_group=True):
        yield path, why
    real = Path(os.path.realpath(path))
    for folder in dict.fromkeys((*path.absolute().parents, *real.parents)):
        if _others_replace(_look(folder)):
            yield folder, OTHERS_WRITE


def belongs_to_you_or_root(path: Path) -> bool:
    """Tell whether the owner of *path* is you or root.

    Raises:
        OSError: it cannot be looked at.
    """
    return _is_owned(_look(path))


def only_root_writes(path: Path) -> bool:
    """Tell whether nobody but root can change *path*, or put another file in its place."""
    real = Path(os.path.realpath(path))
    try:
        return _only_root_changes(real) and all(map(_only_root_replaces, real.parents))
    except OSError:
        return False


if sys.platform == "win32":
    from wfhagent.system.access_control import (
        CHANGE,
        MACHINE,
        REPLACE,
        Security,
        read_security,
        read_sid,
    )
    from wfhagent.system.windows_security import descriptor_of, own_sid

    def _look(path: Path) -> Security:
        try:
            return read_security(descriptor_of(path))
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error), str(path)) from error

    def _you() -> frozenset[str]:
        return MACHINE | {read_sid(own_sid())}

    def _is_owned(found: Security) -> bool:
        return found.is_owned(_you())

    def _others_write(found: Security, *, own_group: bool) -> bool:  # noqa: ARG001
        return found.others_may(CHANGE, _you())

    def _others_replace(found: Security) -> bool:
        # Everybody may add a folder to C:\ and a file to C:\ProgramData, and replace none there.
        return found.others_may(REPLACE, _you())

    def _only_root_changes(path: Path) -> bool:
        found = _look(path)
        return found.is_owned(MACHINE) and not found.others_may(CHANGE, MACHINE)

    def _only_root_replaces(folder: Path) -> bool:
        found = _look(folder)
        return found.is_owned(MACHINE) and not found.others_may(REPLACE, MACHINE)

else:

    def _look(path: Path) -> os.stat_result:
        return path.stat()

    def _is_owned(found: os.stat_result) -> bool:
        return found.st_uid in {0, os.geteuid()}

    def _others_write(found: os.stat_result, *, own_group: bool) -> bool:
        # In a sticky directory others can add what is theirs, which is refused in turn.
        if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
            return False
        if found.st_mode & stat.S_IWOTH:
            return True
        if not found.st_mode & stat.S_IWGRP:
            return False
        return not (own_group and _is_group_of(found.st_gid, found.st_uid))

    def _others_replace(found: os.stat_result) -> bool:
        return _others_write(found, own_group=True)

    def _only_root_changes(path: Path) -> bool:
        found = path.stat()
        return not found.st_uid and not _others_write(found, own_group=False)

    _only_root_replaces = _only_root_changes

    def _is_group_of(group: int, owner: int) -> bool:
        """Tell whether *owner* is the only member of *group*, which then has the same name."""
        import grp  # noqa: PLC0415 -- for the doctor only
        import pwd  # noqa: PLC0415

        try:
            name, found = pwd.getpwuid(owner).pw_name, grp.getgrgid(group)
        except KeyError:
            return False
        return found.gr_name == name and set(found.gr_mem) <= {name}
