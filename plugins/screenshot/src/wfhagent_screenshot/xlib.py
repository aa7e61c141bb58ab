"""As much of libX11 as it takes to look at windows."""

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from wfhagent_screenshot.window import WindowsUnknownError

VIEWABLE = 2
ANY_TYPE = 0
CHAR, LONG = 8, 32
ALL_PLANES = ctypes.c_ulong(-1).value
Z_PIXMAP = 2
MOST_LONGS = 16 * 1024
"""Of a property, in units of 32 bits: a longer title is matched by its beginning."""
GONE = frozenset({3, 9})
"""BadWindow, BadDrawable: a window that was closed while it was looked at."""


class _Error(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("display", c_void_p),
        ("resource", c_ulong),
        ("serial", c_ulong),
        ("code", ctypes.c_ubyte),
        ("request", ctypes.c_ubyte),
        ("minor", ctypes.c_ubyte),
    )


_OnError = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(_Error))


class Attributes(ctypes.Structure):
    """XWindowAttributes: of a child of the root window, *x* and *y* are those of the display."""

    _fields_ = (
        *((name, c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        ("visual", c_void_p),
        ("root", c_ulong),
        *((name, c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        *((name, c_ulong) for name in ("backing_planes", "backing_pixel")),
        ("save_under", c_int),
        ("colormap", c_ulong),
        *((name, c_int) for name in ("map_installed", "map_state")),
        *((name, c_long) for name in ("all_events", "your_events", "do_not_propagate")),
        ("override_redirect", c_int),
        ("screen", c_void_p),
    )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height without the border."""
        return self.width, self.height

    @property
    def is_viewable(self) -> bool:
        """Whether it and all around it are mapped."""
        return bool(self.map_state == VIEWABLE)

    @property
    def is_popup(self) -> bool:
        """Whether no window manager has a say in it."""
        return bool(self.override_redirect)


class _Picture(ctypes.Structure):
    """XImage, but for the functions at its end."""

    _fields_ = (
        *((name, c_int) for name in ("width", "height", "offset", "format")),
        ("data", c_void_p),
        *((name, c_int) for name in ("byte_order", "bitmap_unit", "bit_order", "pad", "depth")),
        *((name, c_int) for name in ("stride", "bits")),
        *((name, c_ulong) for name in ("red", "green", "blue")),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
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


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libX11.so.6")
    pointer, number = c_void_p, c_ulong
    signatures = {
        "XOpenDisplay": (pointer, c_char_p),
        "XCloseDisplay": (c_int, pointer),
        "XDefaultRootWindow": (number, pointer),
        "XInternAtom": (number, pointer, c_char_p, c_int),
        "XGetAtomName": (pointer, pointer, number),
        "XFree": (c_int, pointer),
        "XGetImage": (
            *(POINTER(_Picture), pointer, number, c_int, c_int, c_uint, c_uint, c_ulong, c_int),
        ),
        "XGetWindowAttributes": (c_int, pointer, number, POINTER(Attributes)),
        "XQueryTree": (
            *(c_int, pointer, number, POINTER(number), POINTER(number)),
            *(POINTER(POINTER(number)), POINTER(c_uint)),
        ),
        "XGetWindowProperty": (
            *(c_int, pointer, number, number, c_long, c_long, c_int, number),
            *(POINTER(number), POINTER(c_int), POINTER(number), POINTER(number)),
            POINTER(pointer),
        ),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Display:
    """A connection to the display that DISPLAY names, closed at the end of the block."""

    def __init__(self) -> None:
        try:
            self._x = _library()
        except OSError as error:
            raise WindowsUnknownError("libX11 is not installed") from error
        self._errors: set[int] = set()
        # Without it libX11 ends the process at the first window that was closed meanwhile.
        self._on_error = _OnError(self._remember)
        self._x.XSetErrorHandler(self._on_error)
        self._display = self._x.XOpenDisplay(None)
        if not self._display:
            raise WindowsUnknownError("the display does not answer")
        self.root: int = self._x.XDefaultRootWindow(self._display)
        self._names: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._x.XCloseDisplay(self._display)
        if error is None and self._errors - GONE:
            raise WindowsUnknownError(f"the display refused to answer: {min(self._errors - GONE)}")

    def children(self, window: int) -> list[int]:
        """Return the windows right inside of *window*, the lowest first."""
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        found = POINTER(c_ulong)()
        done = self._x.XQueryTree(
            self._display, window, byref(root), byref(parent), byref(found), byref(count)
        )
        if not done or not count.value:
            return []
        numbers = found[: count.value]
        self._x.XFree(found)
        return numbers

    def attributes(self, window: int) -> Attributes | None:
        """Return where *window* is and how; None when it is gone."""
        found = Attributes()
        done = self._x.XGetWindowAttributes(self._display, window, byref(found))
        return found if done else None

    def numbers(self, window: int, name: str) -> list[int]:
        """Return the 32-bit numbers of a property; none when it has others, or none."""
        bits, data = self._property(window, name)
        if bits != LONG:
            return []
        step = ctypes.sizeof(c_long)
        return [
            int.from_bytes(data[at : at + 4], sys.byteorder) for at in range(0, len(data), step)
        ]

    def texts(self, window: int, name: str) -> list[str]:
        """Return the texts of a property, in each way in which they may have been written."""
        bits, data = self._property(window, name)
        if bits != CHAR:
            return []
        return [way for text in data.split(b"\0") if text for way in _decoded(text)]

    def atoms(self, window: int, name: str, *, most: int | None = None) -> list[str]:
        """Return the names in a property, the first *most* of them or all."""
        return [self._name_of(atom) for atom in self.numbers(window, name)[:most] if atom]

    def pixels(self, width: int, top: int, rows: int) -> Strip | None:
        """Return *rows* of what the display shows, from *top* on; None when it gives none."""
        found = self._x.XGetImage(
            *(self._display, self.root, 0, top, width, rows, ALL_PLANES, Z_PIXMAP)
        )
        if not found:
            return None
        picture = found.contents
        try:
            return Strip(
                data=ctypes.string_at(picture.data, picture.stride * rows),
                rows=rows,
                stride=picture.stride,
                bits=picture.bits,
                masks=(picture.red, picture.green, picture.blue),
                big_endian=bool(picture.byte_order),
            )
        finally:
            self._x.XFree(picture.data)
            self._x.XFree(found)

    def _property(self, window: int, name: str) -> tuple[int, bytes]:
        """Return how many bits each item has, 0 for no property, and all items together."""
        kind, bits, count, rest = c_ulong(), c_int(), c_ulong(), c_ulong()
        found = c_void_p()
        atom = self._x.XInternAtom(self._display, name.encode(), 0)
        refused = self._x.XGetWindowProperty(
            *(self._display, window, atom, 0, MOST_LONGS, 0, ANY_TYPE),
            *(byref(kind), byref(bits), byref(count), byref(rest), byref(found)),
        )
        if refused or found.value is None:
            return 0, b""
        # Xlib gives items of 32 bits in longs, whatever a long is.
        size = ctypes.sizeof(c_long) if bits.value == LONG else bits.value // CHAR
        data = ctypes.string_at(found, count.value * size)
        self._x.XFree(found)
        return bits.value, data

    def _name_of(self, atom: int) -> str:
        if atom not in self._names:
            name = self._x.XGetAtomName(self._display, atom)
            self._names[atom] = ctypes.string_at(name).decode("latin-1") if name else ""
            self._x.XFree(name)
        return self._names[atom]

    def _remember(self, _display: int, error: "ctypes._Pointer[_Error]") -> int:
        self._errors.add(error.contents.code)
        return 0


def _decoded(text: bytes) -> list[str]:
    try:
        return [text.decode()]
    except UnicodeDecodeError:
        # Either an old program, or a title that was cut in the middle of a letter.
        return [text.decode("latin-1"), text.decode(errors="ignore")]
