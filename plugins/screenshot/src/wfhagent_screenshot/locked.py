"""Whether the screen is locked, as each system tells it; unknown counts as not locked."""

import sys

from wfhagent_screenshot.errors import NoScreenshotError


def refuse_when_locked() -> None:
    """Raise NoScreenshotError when the screen is locked."""
    if is_locked():
        raise NoScreenshotError("locked", "the screen is locked")


if sys.platform == "win32":
    from wfhagent_screenshot.locked_win32 import is_locked

elif sys.platform == "darwin":
    from wfhagent_screenshot.locked_macos import is_locked

else:
    from wfhagent_screenshot.locked_linux import is_locked
