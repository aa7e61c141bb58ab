"""PUBLIC, on Linux: the X display, for plugins that read windows, properties or pixels.

    from wfhagent.plugin.x11 import Display, DisplayError

    with Display() as display:
        desktop = display.numbers(display.root, "_NET_CURRENT_DESKTOP")

`load` gives another library of X whose functions know their arguments; they take `display.handle`.
Import it where it is needed: it loads ctypes and, with `Display()`, libX11.
"""

from wfhagent.desktop.x11.display import Display, DisplayError, Pixels
from wfhagent.desktop.x11.library import Attributes, load

__all__ = ["Attributes", "Display", "DisplayError", "Pixels", "load"]
