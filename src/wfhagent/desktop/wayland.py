"""Whether this desktop session is a Wayland one; variables outlive the session that set them."""

import os
import sys
from pathlib import Path

CONNECT_SECONDS = 1.0
DEFAULT_DISPLAY = "wayland-0"
"""What libwayland looks for where WAYLAND_DISPLAY is not set."""

if sys.platform == "win32" or sys.platform == "darwin":

    def is_wayland_session() -> bool:
        """Return False: Wayland is for other systems."""
        return False

else:

    def is_wayland_session() -> bool:
        """Tell whether a Wayland compositor shows this session.

        One that listens at its socket counts. Where none does, the variables are believed only
        if there is no X display that could be asked instead.
        """
        display = os.environ.get("WAYLAND_DISPLAY", "")
        named = bool(display) or os.environ.get("XDG_SESSION_TYPE") == "wayland"
        if not named:
            return False
        return _listens(display or DEFAULT_DISPLAY) or not os.environ.get("DISPLAY")

    def _listens(display: str) -> bool:
        """Tell whether somebody accepts connections at the socket called *display*."""
        import socket  # noqa: PLC0415 -- not for those who never ask

        file = Path(os.environ.get("XDG_RUNTIME_DIR", ""), display)
        if not file.is_absolute():
            return False
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(CONNECT_SECONDS)
            try:
                connection.connect(str(file))
            except OSError:
                # Missing, left behind by a compositor that is gone, or with too long a name.
                return False
        return True
