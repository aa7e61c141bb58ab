"""A connection to the display of the session that hears what happens there, and draws."""

import ctypes
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import byref, c_int, c_long, c_ulong
from enum import IntEnum, IntFlag
from typing import Any

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.display import BYTES, LONGS, Display, DisplayError
from wfhagent.desktop.x11.drawing import RENDER, X11, XFT, XINERAMA
from wfhagent.desktop.x11.library import load
from wfhagent.desktop.x11.structures import Event

log = logging.getLogger(__name__)

USUAL_DPI = 96.0
SANE_DPI = range(48, 769)


class Kind(IntEnum):
    """What happened."""

    KEY_PRESS = 2
    BUTTON_PRESS = 4
    BUTTON_RELEASE = 5
    MOTION = 6
    ENTER = 7
    LEAVE = 8
    EXPOSE = 12
    DESTROY = 17
    REPARENT = 21
    CONFIGURE = 22
    PROPERTY = 28
    CLIENT_MESSAGE = 33


class Mask(IntFlag):
    """Which events of a window are received."""

    KEYS = 1 << 0
    PRESSES = 1 << 2
    RELEASES = 1 << 3
    CROSSINGS = 1 << 4 | 1 << 5
    MOTION = 1 << 6
    EXPOSURE = 1 << 15
    STRUCTURE = 1 << 17
    PROPERTIES = 1 << 22


Then = Callable[[Event], None]


class EventDisplay(Display):
    """The display that DISPLAY names. What comes from it is dealt with by `pump`."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            DisplayError: a library is missing, or the display does not answer.
        """
        super().__init__(X11)
        try:
            self.render = load("libXrender.so.1", RENDER)
            self.xft = load("libXft.so.2", XFT)
        except OSError as error:
            self.close()
            raise DisplayError(f"{error}; install it (libxft2)") from error
        first = c_int(), c_int()
        if not self.render.XRenderQueryExtension(self.handle, *map(byref, first)):
            self.close()
            raise DisplayError("the display does not know the extension RENDER")
        self.screen: int = self.x.XDefaultScreen(self.handle)
        self._handlers: dict[int, Then] = {}

    @property
    def descriptor(self) -> int:
        """What can be read when something has happened."""
        return int(self.x.XConnectionNumber(self.handle))

    def pump(self) -> None:
        """Send what waits, and deal with all that has happened."""
        event = Event()
        while self.x.XPending(self.handle):
            self.x.XNextEvent(self.handle, byref(event))
            then = self._handlers.get(event.any.window)
            if then is not None:
                then(event)

    def on_event(self, window: int, mask: Mask, then: Then) -> None:
        """Call *then* with what happens to *window*; it need not be ours."""
        self._handlers[window] = then
        self.x.XSelectInput(self.handle, window, mask)

    def ignore(self, window: int) -> None:
        """Call nothing any more for *window*."""
        self._handlers.pop(window, None)

    def owner(self, selection: str) -> int:
        """Return the window that owns *selection*, 0 when none does."""
        return int(self.x.XGetSelectionOwner(self.handle, self.atom(selection)))

    def set_numbers(self, window: int, name: str, kind: str, numbers: Sequence[int]) -> None:
        """Set a property of 32-bit numbers."""
        data = (c_long * len(numbers))(*numbers)
        self._set(window, (name, kind, LONGS), data, len(numbers))

    def set_text(self, window: int, name: str, kind: str, text: bytes) -> None:
        """Set a property of text; *kind* says how it is written."""
        self._set(window, (name, kind, BYTES), ctypes.create_string_buffer(text), len(text))

    def send_message(self, window: int, message: str, *data: int) -> None:
        """Send *window* a client message."""
        event = Event()
        event.client.kind, event.client.window = Kind.CLIENT_MESSAGE, window
        event.client.message, event.client.format = self.atom(message), LONGS
        event.client.data[: len(data)] = list(data)
        self.x.XSendEvent(self.handle, window, 0, 0, byref(event))

    def focus(self) -> tuple[int, int]:
        """Return the window that has the keyboard, and to whom it goes when that one closes."""
        window, heir = c_ulong(), c_int()
        self.x.XGetInputFocus(self.handle, byref(window), byref(heir))
        return window.value, heir.value

    def give_focus(self, window: int, heir: int) -> None:
        """Give the keyboard to *window*, and to *heir* when that one closes."""
        self.x.XSetInputFocus(self.handle, window, heir, 0)

    def place_of(self, window: int) -> tuple[int, int]:
        """Return where on the display the upper left corner of *window* is."""
        x, y, child = c_int(), c_int(), c_ulong()
        self.x.XTranslateCoordinates(
            *(self.handle, window, self.root, 0, 0, byref(x), byref(y), byref(child))
        )
        return x.value, y.value

    def monitors(self) -> list[Box]:
        """Return where the monitors are; one at least."""
        width = self.x.XDisplayWidth(self.handle, self.screen)
        height = self.x.XDisplayHeight(self.handle, self.screen)
        found: list[Box] = []
        with suppress(OSError):
            count = c_int()
            answer = load("libXinerama.so.1", XINERAMA).XineramaQueryScreens(
                self.handle, byref(count)
            )
            found = [Box(m.x, m.y, m.width, m.height) for m in answer[: count.value]]
            self.x.XFree(answer)
        return found or [Box(0, 0, width, height)]

    def dpi(self) -> float:
        """Return the dots per inch that the desktop asks for, as it does now."""
        _bits, data = self.property_of(self.root, "RESOURCE_MANAGER")
        for line in data.split(b"\n"):
            name, _, value = line.partition(b":")
            if name.strip() == b"Xft.dpi":
                with suppress(ValueError):
                    dpi = float(value)
                    return dpi if int(dpi) in SANE_DPI else USUAL_DPI
        return USUAL_DPI

    def _set(
        self, window: int, what: tuple[str, str, int], data: "ctypes.Array[Any]", count: int
    ) -> None:
        name, kind, bits = what
        self.x.XChangeProperty(
            *(self.handle, window, self.atom(name), self.atom(kind), bits, 0),
            *(data, count),
        )
