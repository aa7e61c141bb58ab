"""Whether the system forbids screenshots; only macOS says so beforehand."""

import ctypes
import sys

if sys.platform == "darwin":

    def is_denied() -> bool:
        """Tell whether Screen Recording is not allowed; asks nobody (macOS 10.15 and newer)."""
        graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
        preflight = graphics.CGPreflightScreenCaptureAccess
        preflight.restype = ctypes.c_bool
        return not preflight()

else:

    def is_denied() -> bool:
        """Tell that nothing is forbidden beforehand."""
        return False
