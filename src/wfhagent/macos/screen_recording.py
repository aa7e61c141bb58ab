"""The permission for screen recording (Core Graphics: CGWindow.h, macOS 10.15 and newer)."""

import ctypes

_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


def request() -> bool:
    """Tell whether this program may record the screen; macOS asks its user the first time.

    The permission belongs to the program that launchd or the Finder started: in a terminal, to the
    terminal.
    """
    try:
        allowed = ctypes.CDLL(_GRAPHICS).CGRequestScreenCaptureAccess
    except (OSError, AttributeError):
        return False
    allowed.restype, allowed.argtypes = ctypes.c_bool, []
    return bool(allowed())
