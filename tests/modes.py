"""Permission bits, where a system has them."""

import stat
import sys
from pathlib import Path

from tests.linux_only import not_windows

of_modes = not_windows("access control lists take the place of permission bits")
"""Marks a test that only covers permission bits."""


def has_mode(path: Path, mode: int) -> bool:
    """Tell whether *path* has these bits. Windows has none: access lists decide there."""
    return sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == mode
