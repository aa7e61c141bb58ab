"""Whether the system forbids screenshots; only macOS says so beforehand."""

import ctypes
import sys

from wfhagent_screenshot.errors import NoScreenshotError

if sys.platform == "darwin":

    def refuse_when_denied() -> None:
        """Raise NoScreenshotError when Screen Recording is not allowed (macOS 10.15 and newer).

        This asks nobody: `wfhagent screenshot allow` does, at a moment of its user's choice.
        """
        graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
        allowed = graphics.CGPreflightScreenCaptureAccess
        allowed.restype, allowed.argtypes = ctypes.c_bool, []
        if not allowed():
            raise NoScreenshotError(
                "denied",
                "macOS: Screen Recording is not allowed for wfhagent in System Settings; "
                "`wfhagent screenshot allow` asks for it",
            )

elif sys.platform == "win32":

    def refuse_when_denied() -> None:
        """Raise NoScreenshotError in the session of services, which has no desktop."""
        session = ctypes.c_ulong(1)
        kernel = ctypes.windll.kernel32
        kernel.ProcessIdToSessionId(kernel.GetCurrentProcessId(), ctypes.byref(session))
        if session.value == 0:
            raise NoScreenshotError("no_display", "Windows: session 0 has no desktop")

else:

    def refuse_when_denied() -> None:
        """Do nothing: here it is known only when the screenshot is asked for."""
