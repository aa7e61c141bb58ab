"""Whether the screen is locked, as each system tells it; unknown counts as not locked."""

import ctypes
import sys

from wfhagent_screenshot.errors import NoPictureError


def refuse_when_locked() -> None:
    """Raise NoPictureError when the screen is locked."""
    if is_locked():
        raise NoPictureError("locked", "the screen is locked")


if sys.platform == "win32":
    _READ_OBJECTS = 0x0001

    def is_locked() -> bool:
        """Tell whether the input goes to a desktop that is not the user's: lock screen, UAC."""
        user32 = ctypes.windll.user32
        user32.OpenInputDesktop.restype = ctypes.c_void_p
        desktop = user32.OpenInputDesktop(0, False, _READ_OBJECTS)
        if not desktop:
            return True
        user32.CloseDesktop(ctypes.c_void_p(desktop))
        return False

elif sys.platform == "darwin":
    from wfhagent_screenshot.locked_macos import is_locked

else:
    from wfhagent_screenshot.locked_linux import is_locked
