"""Which files may be trusted: those that nobody can change but their owner, who is you or root.

On Windows the folders of a user and of the system are closed to others, and modes mean nothing.
"""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

OTHERS_WRITE = "others may write it"
FOREIGN = "belongs to neither you nor root"


def mistrust(path: Path, *, own_group: bool = False) -> str:
    """Return why *path* itself cannot be trusted, as the end of a sentence; empty when it can.

    With *own_group* a group that is the owner's alone counts as the owner: many systems give
    everybody such a group, and new files are writable by it.

    Raises:
        OSError: it cannot be looked at.
    """
    info = path.stat()
    if _others_write(info, own_group=own_group):
        return OTHERS_WRITE
    return "" if _is_owned(info) else FOREIGN


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
        if _others_write(folder.stat(), own_group=True):
            yield folder, OTHERS_WRITE


def only_root_writes(path: Path) -> bool:
    """Tell whether nobody but root can change *path*, or put another file in its place."""
    real = Path(os.path.realpath(path))
    try:
        found = [each.stat() for each in (real, *real.parents)]
    except OSError:
        return False
    return not any(info.st_uid or _others_write(info, own_group=False) for info in found)


if sys.platform == "win32":

    def _is_owned(_info: os.stat_result) -> bool:
        return True

    def _others_write(_info: os.stat_result, *, own_group: bool) -> bool:  # noqa: ARG001
        return False

else:

    def _is_owned(info: os.stat_result) -> bool:
        return info.st_uid in {0, os.geteuid()}

    def _others_write(info: os.stat_result, *, own_group: bool) -> bool:
        # In a sticky directory others can add what is theirs, which is refused in turn.
        if stat.S_ISDIR(info.st_mode) and info.st_mode & stat.S_ISVTX:
            return False
        if info.st_mode & stat.S_IWOTH:
            return True
        if not info.st_mode & stat.S_IWGRP:
            return False
        return not (own_group and _is_group_of(info.st_gid, info.st_uid))

    def _is_group_of(group: int, owner: int) -> bool:
        """Tell whether *owner* is the only member of *group*, which then has the same name."""
        import grp  # noqa: PLC0415 -- for the doctor only
        import pwd  # noqa: PLC0415

        try:
            name, found = pwd.getpwuid(owner).pw_name, grp.getgrgid(group)
        except KeyError:
            return False
        return found.gr_name == name and set(found.gr_mem) <= {name}
