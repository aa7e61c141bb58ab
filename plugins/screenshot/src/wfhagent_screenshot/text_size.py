"""How high usual text is on this desktop, so that a blur leaves none of it."""

import os
import re
import sys

HEIGHT = 16.0
"""Of text in the sizes that desktops come with, in pixels at 96 dots per inch."""
USUAL_DPI = 96.0
UNKNOWN_SCALE = 2.0
"""Where the desktop does not tell (Wayland): too large only blurs more."""


def unknown() -> float:
    """Return the height where nobody tells how the desktop is scaled, in pixels."""
    return HEIGHT * UNKNOWN_SCALE


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EachMonitor = ctypes.WINFUNCTYPE(
        wintypes.BOOL, wintypes.HMONITOR, wintypes.HDC, wintypes.LPRECT, wintypes.LPARAM
    )

    def on_desktop() -> float:
        """Return the height on the monitor with the largest scale, in pixels."""
        found: list[float] = []

        def each(monitor: int, _context: int, _area: object, _parameter: int) -> bool:
            across, down = wintypes.UINT(), wintypes.UINT()
            refused = ctypes.windll.shcore.GetDpiForMonitor(
                wintypes.HMONITOR(monitor), 0, ctypes.byref(across), ctypes.byref(down)
            )
            if not refused:
                found.append(down.value / USUAL_DPI)
            return True

        ctypes.windll.user32.EnumDisplayMonitors(None, None, _EachMonitor(each), 0)
        return HEIGHT * max(found, default=UNKNOWN_SCALE)

elif sys.platform == "darwin":

    def on_desktop() -> float:
        """Return the height in points, whatever a point has of pixels."""
        return HEIGHT

else:
    from wfhagent.plugin.x11 import Display, DisplayError

    def on_desktop() -> float:
        """Return the height by what desktops tell X programs of their scale, in pixels."""
        try:
            with Display() as display:
                resources = display.texts(display.root, "RESOURCE_MANAGER")
        except DisplayError:
            return unknown()
        found = re.search(r"^Xft\.dpi:\s*(\d+(?:\.\d+)?)", "".join(resources[:1]), re.MULTILINE)
        scales = [float(found[1]) / USUAL_DPI] if found else []
        scales += [_number(os.environ.get(name)) for name in ("GDK_SCALE", "QT_SCALE_FACTOR")]
        return HEIGHT * max([1.0, *scales])

    def _number(text: str | None) -> float:
        try:
            return float(text or 0)
        except ValueError:
            return 0.0
