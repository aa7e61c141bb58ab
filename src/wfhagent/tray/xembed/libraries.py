"""The libraries of X and the functions of them that are called."""

import ctypes
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from typing import Any

from wfhagent.tray.xembed.structures import (
    Event,
    Extents,
    Font,
    FontColour,
    Image,
    Monitor,
    Pointer,
    RenderColour,
    Transform,
    VisualInfo,
    WindowAttributes,
)

_D, _N = c_void_p, c_ulong
"""A display or another thing of the library's own; a window, an atom or another number."""

X11: Mapping[str, tuple[Any, ...]] = {
    "XOpenDisplay": (_D, c_char_p),
    "XCloseDisplay": (c_int, _D),
    "XConnectionNumber": (c_int, _D),
    "XDefaultScreen": (c_int, _D),
    "XRootWindow": (_N, _D, c_int),
    "XDefaultVisual": (_D, _D, c_int),
    "XDefaultDepth": (c_int, _D, c_int),
    "XDefaultColormap": (_N, _D, c_int),
    "XDisplayWidth": (c_int, _D, c_int),
    "XDisplayHeight": (c_int, _D, c_int),
    "XPending": (c_int, _D),
    "XNextEvent": (c_int, _D, POINTER(Event)),
    "XSendEvent": (c_int, _D, _N, c_int, c_long, POINTER(Event)),
    "XSync": (c_int, _D, c_int),
    "XFree": (c_int, c_void_p),
    "XInternAtom": (_N, _D, c_char_p, c_int),
    "XGetSelectionOwner": (_N, _D, _N),
    "XGetWindowProperty": (
        *(c_int, _D, _N, _N, c_long, c_long, c_int, _N),
        *(POINTER(_N), POINTER(c_int), POINTER(_N), POINTER(_N), POINTER(c_void_p)),
    ),
    "XChangeProperty": (c_int, _D, _N, _N, _N, c_int, c_int, c_void_p, c_int),
    "XGetVisualInfo": (POINTER(VisualInfo), _D, c_long, POINTER(VisualInfo), POINTER(c_int)),
    "XCreateColormap": (_N, _D, _N, c_void_p, c_int),
    "XFreeColormap": (c_int, _D, _N),
    "XCreateWindow": (
        *(_N, _D, _N, c_int, c_int, c_uint, c_uint, c_uint, c_int, c_uint, c_void_p, _N),
        POINTER(WindowAttributes),
    ),
    "XDestroyWindow": (c_int, _D, _N),
    "XSelectInput": (c_int, _D, _N, c_long),
    "XMapRaised": (c_int, _D, _N),
    "XClearWindow": (c_int, _D, _N),
    "XSetWindowBackgroundPixmap": (c_int, _D, _N, _N),
    "XTranslateCoordinates": (
        *(c_int, _D, _N, _N, c_int, c_int),
        *(POINTER(c_int), POINTER(c_int), POINTER(_N)),
    ),
    "XGrabPointer": (c_int, _D, _N, c_int, c_uint, c_int, c_int, _N, _N, _N),
    "XGetInputFocus": (c_int, _D, POINTER(_N), POINTER(c_int)),
    "XSetInputFocus": (c_int, _D, _N, c_int, _N),
    "XUngrabPointer": (c_int, _D, _N),
    "XLookupKeysym": (_N, POINTER(Pointer), c_int),
    "XCreatePixmap": (_N, _D, _N, c_uint, c_uint, c_uint),
    "XFreePixmap": (c_int, _D, _N),
    "XCreateGC": (_D, _D, _N, _N, c_void_p),
    "XFreeGC": (c_int, _D, _D),
    "XGetImage": (
        *(POINTER(Image), _D, _N, c_int, c_int),
        *(c_uint, c_uint, c_ulong, c_int),
    ),
    "XGetPixel": (c_ulong, POINTER(Image), c_int, c_int),
    "XDestroyImage": (c_int, POINTER(Image)),
    "XInitImage": (c_int, POINTER(Image)),
    "XPutImage": (
        *(c_int, _D, _N, _D, POINTER(Image)),
        *(c_int, c_int, c_int, c_int, c_uint, c_uint),
    ),
}
RENDER: Mapping[str, tuple[Any, ...]] = {
    "XRenderQueryExtension": (c_int, _D, POINTER(c_int), POINTER(c_int)),
    "XRenderFindStandardFormat": (_D, _D, c_int),
    "XRenderFindVisualFormat": (_D, _D, c_void_p),
    "XRenderCreatePicture": (_N, _D, _N, _D, _N, c_void_p),
    "XRenderFreePicture": (None, _D, _N),
    "XRenderSetPictureTransform": (None, _D, _N, POINTER(Transform)),
    "XRenderSetPictureFilter": (None, _D, _N, c_char_p, c_void_p, c_int),
    "XRenderComposite": (None, _D, c_int, _N, _N, _N, *((c_int,) * 6), c_uint, c_uint),
}
XFT: Mapping[str, tuple[Any, ...]] = {
    "XftFontOpenName": (POINTER(Font), _D, c_int, c_char_p),
    "XftFontClose": (None, _D, POINTER(Font)),
    "XftTextExtentsUtf8": (None, _D, POINTER(Font), c_char_p, c_int, POINTER(Extents)),
    "XftDrawCreate": (_D, _D, _N, c_void_p, _N),
    "XftDrawDestroy": (None, _D),
    "XftDrawRect": (None, _D, POINTER(FontColour), c_int, c_int, c_uint, c_uint),
    "XftDrawStringUtf8": (
        *(None, _D, POINTER(FontColour), POINTER(Font)),
        *(c_int, c_int, c_char_p, c_int),
    ),
    "XftColorAllocValue": (
        *(c_int, _D, c_void_p, _N),
        *(POINTER(RenderColour), POINTER(FontColour)),
    ),
}
XINERAMA: Mapping[str, tuple[Any, ...]] = {
    "XineramaQueryScreens": (POINTER(Monitor), _D, POINTER(c_int)),
}


def load(name: str, functions: Mapping[str, tuple[Any, ...]]) -> ctypes.CDLL:
    """Return the library *name*, whose functions know their arguments.

    Raises:
        OSError: it is not installed.
    """
    library = ctypes.CDLL(name)
    for function, (result, *arguments) in functions.items():
        found = getattr(library, function)
        found.restype, found.argtypes = result, arguments
    return library
