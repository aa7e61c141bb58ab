"""Which windows there are, asked in the way of each system."""

import sys

from wfhagent_screenshot.window import Window, WindowsUnknownError


def windows() -> list[Window]:
    """Return all windows.

    Raises:
        WindowsUnknownError: they cannot be listed.
    """
    try:
        if sys.platform == "win32":
            from wfhagent_screenshot import windows_win32 as system  # noqa: PLC0415
        elif sys.platform == "darwin":
            from wfhagent_screenshot import windows_macos as system  # noqa: PLC0415
        else:
            from wfhagent_screenshot import windows_x11 as system  # noqa: PLC0415
        return system.windows()
    except WindowsUnknownError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, all is blurred
        # Its text may hold what must not be shown: a title that could not be decoded.
        raise WindowsUnknownError(f"the list of windows failed: {type(error).__name__}") from None
