"""The functions of the libraries of X that it takes to draw, and to follow what happens."""

from ctypes import POINTER, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

from wfhagent.desktop.x11.library import READING, Functions, Image
from wfhagent.desktop.x11.structures import (
    Event,
    Extents,
    Font,
    FontColor,
    Monitor,
    Pointer,
    RenderColor,
    Transform,
    VisualInfo,
    WindowAttributes,
)

_D, _N = c_void_p, c_ulong
"""A display or another thing of the library's own; a window, an atom or another number."""

X11: Functions = {
    **READING,
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
    "XGetSelectionOwner": (_N, _D, _N),
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
    "XGetPixel": (c_ulong, POINTER(Image), c_int, c_int),
    "XInitImage": (c_int, POINTER(Image)),
    "XPutImage": (
        *(c_int, _D, _N, _D, POINTER(Image)),
        *(c_int, c_int, c_int, c_int, c_uint, c_uint),
    ),
}
RENDER: Functions = {
    "XRenderQueryExtension": (c_int, _D, POINTER(c_int), POINTER(c_int)),
    "XRenderFindStandardFormat": (_D, _D, c_int),
    "XRenderFindVisualFormat": (_D, _D, c_void_p),
    "XRenderCreatePicture": (_N, _D, _N, _D, _N, c_void_p),
    "XRenderFreePicture": (None, _D, _N),
    "XRenderSetPictureTransform": (None, _D, _N, POINTER(Transform)),
    "XRenderSetPictureFilter": (None, _D, _N, c_char_p, c_void_p, c_int),
    "XRenderComposite": (None, _D, c_int, _N, _N, _N, *((c_int,) * 6), c_uint, c_uint),
}
XFT: Functions = {
    "XftFontOpenName": (POINTER(Font), _D, c_int, c_char_p),
    "XftFontClose": (None, _D, POINTER(Font)),
    "XftTextExtentsUtf8": (None, _D, POINTER(Font), c_char_p, c_int, POINTER(Extents)),
    "XftDrawCreate": (_D, _D, _N, c_void_p, _N),
    "XftDrawDestroy": (None, _D),
    "XftDrawRect": (None, _D, POINTER(FontColor), c_int, c_int, c_uint, c_uint),
    "XftDrawStringUtf8": (
        *(None, _D, POINTER(FontColor), POINTER(Font)),
        *(c_int, c_int, c_char_p, c_int),
    ),
    "XftColorAllocValue": (
        *(c_int, _D, c_void_p, _N),
        *(POINTER(RenderColor), POINTER(FontColor)),
    ),
}
XINERAMA: Functions = {
    "XineramaQueryScreens": (POINTER(Monitor), _D, POINTER(c_int)),
}
