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
    _FRAMEWORKS = "/System/Library/Frameworks"
    _UTF8 = 0x08000100

    def is_locked() -> bool:
        """Tell whether the session's dictionary says CGSSessionScreenIsLocked."""
        core = ctypes.CDLL(f"{_FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
        graphics = ctypes.CDLL(f"{_FRAMEWORKS}/CoreGraphics.framework/CoreGraphics")
        pointer = ctypes.c_void_p
        graphics.CGSessionCopyCurrentDictionary.restype = pointer
        core.CFStringCreateWithCString.restype = pointer
        core.CFDictionaryContainsKey.restype = ctypes.c_ubyte
        session = graphics.CGSessionCopyCurrentDictionary()
        if not session:
            return False
        key = core.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", _UTF8)
        locked = bool(core.CFDictionaryContainsKey(pointer(session), pointer(key)))
        core.CFRelease(pointer(key))
        core.CFRelease(pointer(session))
        return locked

else:
    from wfhagent_screenshot.locked_linux import is_locked
