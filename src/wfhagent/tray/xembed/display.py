"""A connection to the display of the session: its properties, its messages, its monitors."""

import ctypes
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import POINTER, byref, c_int, c_long, c_ulong, c_void_p
from enum import IntEnum, IntFlag
from typing import Any

from wfhagent.errors import TrayError
from wfhagent.tray.xembed.layout import Box
from wfhagent.tray.xembed.libraries import RENDER, X11, XFT, XINERAMA, load
from wfhagent.tray.xembed.structures import Error, Event

log = logging.getLogger(__name__)

_OnError = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Error))
ANY_TYPE = 0
BYTES, LONGS = 8, 32
MOST_LONGS = 16 * 1024
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


class Hear(IntFlag):
    """What a window is told of."""

    KEYS = 1 << 0
    PRESSES = 1 << 2
    RELEASES = 1 << 3
    CROSSINGS = 1 << 4 | 1 << 5
    MOTION = 1 << 6
    EXPOSURE = 1 << 15
    STRUCTURE = 1 << 17
    PROPERTIES = 1 << 22


Then = Callable[[Event], None]


class Display:
    """The display that DISPLAY names. What comes from it is dealt with by `pump`."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            TrayError: a library is missing, or the display does not answer.
        """
        try:
            self.x = load("libX11.so.6", X11)
            self.render = load("libXrender.so.1", RENDER)
            self.xft = load("libXft.so.2", XFT)
        except OSError as error:
            raise TrayError(
                f"No icon in panels without StatusNotifierItem: {error}; install it (libxft2)."
            ) from error
        # Without it libX11 ends the process when a panel closes a window that we look at.
        self._on_error = _OnError(self._refused)
        self.x.XSetErrorHandler(self._on_error)
        self.handle: int = self.x.XOpenDisplay(None)
        first = c_int(), c_int()
        if not self.handle or not self.render.XRenderQueryExtension(
            self.handle, *map(byref, first)
        ):
            raise TrayError("No icon in panels without StatusNotifierItem: no display answers.")
        self.screen: int = self.x.XDefaultScreen(self.handle)
        self.root: int = self.x.XRootWindow(self.handle, self.screen)
        self._heard: dict[int, Then] = {}
        self._atoms: dict[str, int] = {}

    @property
    def descriptor(self) -> int:
        """What can be read when something has happened."""
        return int(self.x.XConnectionNumber(self.handle))

    def close(self) -> None:
        """Disconnect; all that was made on the display goes."""
        self.x.XCloseDisplay(self.handle)

    def pump(self) -> None:
        """Send what waits, and deal with all that has happened."""
        event = Event()
        while self.x.XPending(self.handle):
            self.x.XNextEvent(self.handle, byref(event))
            then = self._heard.get(event.any.window)
            if then is not None:
                then(event)

    def hear(self, window: int, mask: Hear, then: Then) -> None:
        """Call *then* with what happens to *window*; it need not be ours."""
        self._heard[window] = then
        self.x.XSelectInput(self.handle, window, mask)

    def deaf(self, window: int) -> None:
        """Hear no more of *window*."""
        self._heard.pop(window, None)

    def atom(self, name: str) -> int:
        """Return the number of *name*."""
        if name not in self._atoms:
            self._atoms[name] = self.x.XInternAtom(self.handle, name.encode(), 0)
        return self._atoms[name]

    def owner(self, selection: str) -> int:
        """Return the window that owns *selection*, 0 when none does."""
        return int(self.x.XGetSelectionOwner(self.handle, self.atom(selection)))

    def numbers(self, window: int, name: str) -> list[int]:
        """Return the 32-bit numbers of a property; none when it has others, or none."""
        bits, data = self._property(window, name)
        if bits != LONGS:
            return []
        step = ctypes.sizeof(c_long)
        return [
            int.from_bytes(data[at : at + 4], sys.byteorder) for at in range(0, len(data), step)
        ]

    def set_numbers(self, window: int, name: str, kind: str, numbers: Sequence[int]) -> None:
        """Set a property of 32-bit numbers."""
        data = (c_long * len(numbers))(*numbers)
        self._set(window, (name, kind, LONGS), data, len(numbers))

    def set_text(self, window: int, name: str, kind: str, text: bytes) -> None:
        """Set a property of text; *kind* says how it is written."""
        self._set(window, (name, kind, BYTES), ctypes.create_string_buffer(text), len(text))

    def tell(self, window: int, message: str, *data: int) -> None:
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
        _bits, data = self._property(self.root, "RESOURCE_MANAGER")
        for line in data.split(b"\n"):
            name, _, value = line.partition(b":")
            if name.strip() == b"Xft.dpi":
                with suppress(ValueError):
                    dpi = float(value)
                    return dpi if int(dpi) in SANE_DPI else USUAL_DPI
        return USUAL_DPI

    def _property(self, window: int, name: str) -> tuple[int, bytes]:
        """Return how many bits each item has, 0 for no property, and all items together."""
        kind, bits, count, rest = c_ulong(), c_int(), c_ulong(), c_ulong()
        found = c_void_p()
        refused = self.x.XGetWindowProperty(
            *(self.handle, window, self.atom(name), 0, MOST_LONGS, 0, ANY_TYPE),
            *(byref(kind), byref(bits), byref(count), byref(rest), byref(found)),
        )
        if refused or found.value is None:
            return 0, b""
        # Xlib gives items of 32 bits in longs, whatever a long is.
        size = ctypes.sizeof(c_long) if bits.value == LONGS else bits.value // BYTES
        data = ctypes.string_at(found, count.value * size)
        self.x.XFree(found)
        return bits.value, data

    def _set(
        self, window: int, what: tuple[str, str, int], data: "ctypes.Array[Any]", count: int
    ) -> None:
        name, kind, bits = what
        self.x.XChangeProperty(
            *(self.handle, window, self.atom(name), self.atom(kind), bits, 0),
            *(data, count),
        )

    def _refused(self, _display: int, error: "ctypes._Pointer[Error]") -> int:
        # Windows of a panel come and go while they are looked at.
        log.debug("The display refused %d: %d", error.contents.request, error.contents.code)
        return 0
