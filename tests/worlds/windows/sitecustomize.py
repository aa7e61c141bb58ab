"""Goes into the Windows Python of Wine: what repairs.py cannot change in a file."""

import _frozen_importlib_external
import errno
import msvcrt
import os
import sys

_locking = msvcrt.locking


def locking(*arguments: int) -> None:
    """Lock as msvcrt does.

    Wine's C library sets no error number: it is that of whatever has failed before.
    """
    try:
        _locking(*arguments)
    except OSError as error:
        raise PermissionError(errno.EACCES, "Permission denied") from error


msvcrt.locking = locking

_OWN_FOLDER = sys.prefix.lower() + os.sep
_look = _frozen_importlib_external._path_stat
_seen: dict[str, os.stat_result] = {}


def look(path: str) -> os.stat_result:
    """Look once at what is installed: an import looks at each folder of its search path.

    Wine asks another process each time.
    """
    if not path.lower().startswith(_OWN_FOLDER):
        return _look(path)
    if path not in _seen:
        _seen[path] = _look(path)
    return _seen[path]


_frozen_importlib_external._path_stat = look
