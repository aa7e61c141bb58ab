"""Permission bits, where a system has them."""

import stat
import sys
from pathlib import Path


def has_mode(path: Path, mode: int) -> bool:
    """Tell whether *path* has these bits. Windows has none: access lists decide there."""
    return sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == mode
