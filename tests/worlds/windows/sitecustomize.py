"""Goes into the Windows Python of Wine: what Wine 8 lacks and Python 3.13 asks for."""

import _frozen_importlib_external
import _winapi
import errno
import msvcrt
import os
import sys

# WMI aborts the process; platform.platform() does without.
sys.modules["_wmi"] = None  # type: ignore[assignment]

# kernel32.CopyFile2 is missing; shutil copies as before Python 3.12.
if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2

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
