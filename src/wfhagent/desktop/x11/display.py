"""A connection to an X display: its windows, their properties, its pixels."""

import ctypes
import logging
import sys
from ctypes import POINTER, byref, c_int, c_long, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from wfhagent.desktop.x11.library import LIBX11, READING, Attributes, Error, Functions, load

log = logging.getLogger(__name__)

ANY_TYPE = 0
BYTES, LONGS = 8, 32
ALL_PLANES = ctypes.c_ulong(-1).value
Z_PIXMAP = 2
MOST_LONGS = 16 * 1024
"""Of a property, in units of 32 bits: a longer text is read up to there."""
GONE = frozenset({3, 9})
"""BadWindow, BadDrawable: a window that was closed while it was looked at."""

_OnError = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Error))


class DisplayError(Exception):
    """There is no display, a library of X is missing, or the display refused to answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pixels:
    """Rows of pixels.

    Attributes:
        data: all of them; a row has *stride* bytes, a pixel *bits*.
        masks: which bits of a pixel are red, green and blue; 0 where its number says no color.
        big_endian: whether the highest byte of a pixel comes first.
    """

    data: bytes
    rows: int
    stride: int
    bits: int
    masks: tuple[int, int, int]
    big_endian: bool


class Display:
    """A connection to the display that DISPLAY names, closed at the end of the block.

    Attributes:
        x: libX11, for calls that this class does not have; see `library.load`.
        handle: the display, as libX11 takes it.
        root: the window that fills the screen.
    """

    def __init__(self, functions: Functions = READING) -> None:
        """Connect; *functions* of libX11 are those that are called.

        Raises:
            DisplayError: there is no libX11, or no display answers.
        """
        try:
            self.x = load(LIBX11, functions)
        except OSError as error:
            raise DisplayError("libX11 is not installed") from error
        self._refused: set[int] = set()
        # Without it libX11 ends the process at the first window that was closed meanwhile.
        self._on_error = _OnError(self._note_error)
        self._before = self.x.XSetErrorHandler(self._on_error)
        self.handle: int = self.x.XOpenDisplay(None)
        if not self.handle:
            self.x.XSetErrorHandler(self._before)
            raise DisplayError("the display does not answer")
        self.root: int = self.x.XDefaultRootWindow(self.handle)
        self._atoms: dict[str, int] = {}
        self._names: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if error is None and self._refused - GONE:
            raise DisplayError(f"the display refused to answer: {min(self._refused - GONE)}")

    def close(self) -> None:
        """Disconnect; all that was made on the display goes."""
        self.x.XCloseDisplay(self.handle)
        self.x.XSetErrorHandler(self._before)

    def atom(self, name: str) -> int:
        """Return the number of *name*."""
        if name not in self._atoms:
            self._atoms[name] = self.x.XInternAtom(self.handle, name.encode(), 0)
        return self._atoms[name]

    def children(self, window: int) -> list[int]:
        """Return the windows right inside of *window*, the lowest first."""
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        found = POINTER(c_ulong)()
        done = self.x.XQueryTree(
            self.handle, window, byref(root), byref(parent), byref(found), byref(count)
        )
        if not done or not count.value:
            return []
        numbers = found[: count.value]
        self.x.XFree(found)
        return numbers

    def attributes(self, window: int) -> Attributes | None:
        """Return where *window* is and how; None when it is gone."""
        found = Attributes()
        done = self.x.XGetWindowAttributes(self.handle, window, byref(found))
        return found if done else None

    def numbers(self, window: int, name: str) -> list[int]:
        """Return the 32-bit numbers of a property; none when it has others, or none."""
        bits, data = self.property_of(window, name)
        if bits != LONGS:
            return []
        step = ctypes.sizeof(c_long)
        return [
            int.from_bytes(data[at : at + 4], sys.byteorder) for at in range(0, len(data), step)
        ]

    def texts(self, window: int, name: str) -> list[str]:
        """Return the texts of a property, in each way in which they may have been written."""
        bits, data = self.property_of(window, name)
        if bits != BYTES:
            return []
        return [way for text in data.split(b"\0") if text for way in decoded(text)]

    def atoms(self, window: int, name: str, *, most: int | None = None) -> list[str]:
        """Return the names in a property, the first *most* of them or all."""
        return [self._name_of(atom) for atom in self.numbers(window, name)[:most] if atom]

    def pixels(self, width: int, top: int, rows: int) -> Pixels | None:
        """Return *rows* of what the display shows, from *top* on; None when it gives none."""
        found = self.x.XGetImage(
            *(self.handle, self.root, 0, top, width, rows, ALL_PLANES, Z_PIXMAP)
        )
        if not found:
            return None
        image = found.contents
        try:
            return Pixels(
                data=ctypes.string_at(image.data, image.bytes_per_line * rows),
                rows=rows,
                stride=image.bytes_per_line,
                bits=image.bits_per_pixel,
                masks=(image.red_mask, image.green_mask, image.blue_mask),
                big_endian=bool(image.byte_order),
            )
        finally:
            self.x.XDestroyImage(found)

    def property_of(self, window: int, name: str) -> tuple[int, bytes]:
        """Return how many bits each item of a property has, and all items together.

        Items of 32 bits are in longs, whatever a long is. No property is 0 bits and no items.
        """
        kind, bits, count, rest = c_ulong(), c_int(), c_ulong(), c_ulong()
        found = c_void_p()
        refused = self.x.XGetWindowProperty(
            *(self.handle, window, self.atom(name), 0, MOST_LONGS, 0, ANY_TYPE),
            *(byref(kind), byref(bits), byref(count), byref(rest), byref(found)),
        )
        if refused or found.value is None:
            return 0, b""
        size = ctypes.sizeof(c_long) if bits.value == LONGS else bits.value // BYTES
        data = ctypes.string_at(found, count.value * size)
        self.x.XFree(found)
        return bits.value, data

    def _name_of(self, atom: int) -> str:
        if atom not in self._names:
            name = self.x.XGetAtomName(self.handle, atom)
            self._names[atom] = ctypes.string_at(name).decode("latin-1") if name else ""
            self.x.XFree(name)
        return self._names[atom]

    def _note_error(self, _display: int, error: "ctypes._Pointer[Error]") -> int:
        # Windows of other programs come and go while they are looked at.
        log.debug("The display refused %d: %d", error.contents.request, error.contents.code)
        self._refused.add(error.contents.code)
        return 0


def decoded(text: bytes) -> list[str]:
    """Return *text* in each way in which it may have been written."""
    try:
        return [text.decode()]
    except UnicodeDecodeError:
        # Either an old program, or a title that was cut in the middle of a letter.
        return [text.decode("latin-1"), text.decode(errors="ignore")]
