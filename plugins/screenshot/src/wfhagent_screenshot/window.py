"""One window of the desktop, as every system can tell it."""

from dataclasses import dataclass
from enum import Enum, auto

from wfhagent_screenshot.box import Box


class WindowsUnknownError(Exception):
    """Which windows there are is unknown; the text says why, and names no window."""


class Role(Enum):
    """What a window is for."""

    ORDINARY = auto()
    POPUP = auto()
    """A menu or the like, which belongs to a window of the same program."""
    PANEL = auto()
    """It shows the titles or words of others: a panel, a notification."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A window with its frame.

    Attributes:
        number: tells it from all others, as long as it exists.
        box: where it is, frame included.
        names: its titles and the names of its program.
        visible: whether it may be on a monitor: not minimized, not on another workspace.
        role: what it is for.
        process: the number of its process; 0 when nobody tells.
        parent: the number of the window for which this is a dialog; 0 for none.
    """

    number: int
    box: Box
    names: tuple[str, ...]
    visible: bool = True
    role: Role = Role.ORDINARY
    process: int = 0
    parent: int = 0
