"""The permission for screen recording (Core Graphics: CGWindow.h, macOS 10.15 and newer)."""

import ctypes

_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


def is_allowed() -> bool:
    """Tell whether this program may record the screen; nobody is asked.

    The permission belongs to the program that launchd or the Finder started: in a terminal, to the
    terminal.
    """
    return _call("CGPreflightScreenCaptureAccess")


def request() -> bool:
    """Tell the same; macOS asks its user the first time."""
    return _call("CGRequestScreenCaptureAccess")


def _call(name: str) -> bool:
    try:
        function = getattr(ctypes.CDLL(_GRAPHICS), name)
    except (OSError, AttributeError):
        return False
    function.restype, function.argtypes = ctypes.c_bool, []
    return bool(function())
