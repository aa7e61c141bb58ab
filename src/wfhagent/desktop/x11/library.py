"""Libraries of X whose functions know their arguments, and what reading a display takes of them."""

import ctypes
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from typing import Any

LIBX11 = "libX11.so.6"

Functions = Mapping[str, tuple[Any, ...]]
"""By name the type of the result and those of the arguments."""


class Error(ctypes.Structure):
    """XErrorEvent."""

    _fields_ = (
        ("kind", c_int),
        ("display", c_void_p),
        ("resource", c_ulong),
        ("serial", c_ulong),
        ("code", ctypes.c_ubyte),
        ("request", ctypes.c_ubyte),
        ("minor", ctypes.c_ubyte),
    )


class Image(ctypes.Structure):
    """XImage; the functions at its end are filled in by XInitImage."""

    _fields_ = (
        *((name, c_int) for name in ("width", "height", "offset", "format")),
        ("data", c_void_p),
        *((name, c_int) for name in ("byte_order", "unit", "bit_order", "pad", "depth")),
        *((name, c_int) for name in ("bytes_per_line", "bits_per_pixel")),
        *((name, c_ulong) for name in ("red_mask", "green_mask", "blue_mask")),
        ("private", c_void_p),
        ("functions", c_void_p * 6),
    )


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
        return bool(self.map_state == _VIEWABLE)

    @property
    def is_popup(self) -> bool:
        """Whether no window manager has a say in it."""
        return bool(self.override_redirect)


_VIEWABLE = 2
_D, _N = c_void_p, c_ulong
"""A display or another thing of the library's own; a window, an atom or another number."""

READING: Functions = {
    "XSetErrorHandler": (c_void_p, c_void_p),
    "XOpenDisplay": (_D, c_char_p),
    "XCloseDisplay": (c_int, _D),
    "XDefaultRootWindow": (_N, _D),
    "XFree": (c_int, c_void_p),
    "XInternAtom": (_N, _D, c_char_p, c_int),
    "XGetAtomName": (_D, _D, _N),
    "XGetWindowAttributes": (c_int, _D, _N, POINTER(Attributes)),
    "XQueryTree": (
        *(c_int, _D, _N, POINTER(_N), POINTER(_N)),
        *(POINTER(POINTER(_N)), POINTER(c_uint)),
    ),
    "XGetWindowProperty": (
        *(c_int, _D, _N, _N, c_long, c_long, c_int, _N),
        *(POINTER(_N), POINTER(c_int), POINTER(_N), POINTER(_N), POINTER(c_void_p)),
    ),
    "XGetImage": (
        *(POINTER(Image), _D, _N, c_int, c_int),
        *(c_uint, c_uint, c_ulong, c_int),
    ),
    "XDestroyImage": (c_int, POINTER(Image)),
}


def load(name: str, functions: Functions) -> ctypes.CDLL:
    """Return the library *name*, whose *functions* know their arguments.

    Raises:
        OSError: it is not installed.
    """
    library = ctypes.CDLL(name)
    for function, (result, *arguments) in functions.items():
        found = getattr(library, function)
        found.restype, found.argtypes = result, arguments
    return library
