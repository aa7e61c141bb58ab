"""What libX11, libXrender, libXft and libXinerama take and give when one draws."""

import ctypes
from ctypes import c_int, c_long, c_short, c_uint, c_ulong, c_ushort, c_void_p

_ANY = (
    ("kind", c_int),
    ("serial", c_ulong),
    ("send_event", c_int),
    ("display", c_void_p),
    ("window", c_ulong),
)


class _Any(ctypes.Structure):
    _fields_ = _ANY


class Pointer(ctypes.Structure):
    """XKeyEvent, XButtonEvent and XMotionEvent: *detail* is the key, the button, or a hint."""

    _fields_ = (
        *_ANY,
        *((name, c_ulong) for name in ("root", "subwindow", "time")),
        *((name, c_int) for name in ("x", "y", "x_root", "y_root")),
        *((name, c_uint) for name in ("state", "detail")),
        ("same_screen", c_int),
    )


class _Crossing(ctypes.Structure):
    _fields_ = (
        *_ANY,
        *((name, c_ulong) for name in ("root", "subwindow", "time")),
        *((name, c_int) for name in ("x", "y", "x_root", "y_root", "mode", "detail")),
    )


class _Configure(ctypes.Structure):
    _fields_ = (
        *_ANY,
        ("of", c_ulong),
        *((name, c_int) for name in ("x", "y", "width", "height", "border_width")),
        ("above", c_ulong),
        ("override_redirect", c_int),
    )


class _Reparent(ctypes.Structure):
    _fields_ = (*_ANY, ("of", c_ulong), ("parent", c_ulong))


class _Expose(ctypes.Structure):
    _fields_ = (*_ANY, *((name, c_int) for name in ("x", "y", "width", "height", "count")))


class _Property(ctypes.Structure):
    _fields_ = (*_ANY, ("atom", c_ulong), ("time", c_ulong), ("state", c_int))


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, of five longs."""

    _fields_ = (*_ANY, ("message", c_ulong), ("format", c_int), ("data", c_long * 5))


class Event(ctypes.Union):
    """XEvent."""

    _fields_ = (
        ("any", _Any),
        ("pointer", Pointer),
        ("crossing", _Crossing),
        ("configure", _Configure),
        ("reparent", _Reparent),
        ("expose", _Expose),
        ("property", _Property),
        ("client", ClientMessage),
        ("pad", c_long * 24),
    )


class WindowAttributes(ctypes.Structure):
    """XSetWindowAttributes."""

    _fields_ = (
        *((n, c_ulong) for n in ("back_pixmap", "back_pixel", "border_pixmap", "border_pixel")),
        *((name, c_int) for name in ("bit_gravity", "win_gravity", "backing_store")),
        *((name, c_ulong) for name in ("backing_planes", "backing_pixel")),
        ("save_under", c_int),
        *((name, c_long) for name in ("event_mask", "do_not_propagate")),
        ("override_redirect", c_int),
        *((name, c_ulong) for name in ("colormap", "cursor")),
    )


class VisualInfo(ctypes.Structure):
    """XVisualInfo."""

    _fields_ = (
        ("visual", c_void_p),
        ("number", c_ulong),
        *((name, c_int) for name in ("screen", "depth", "kind")),
        *((name, c_ulong) for name in ("red_mask", "green_mask", "blue_mask")),
        *((name, c_int) for name in ("colormap_size", "bits_per_rgb")),
    )


class Transform(ctypes.Structure):
    """XTransform: a matrix of numbers with 16 bits behind the point."""

    _fields_ = (("matrix", (c_int * 3) * 3),)


class RenderColor(ctypes.Structure):
    """XRenderColor."""

    _fields_ = tuple((name, c_ushort) for name in ("red", "green", "blue", "alpha"))


class FontColor(ctypes.Structure):
    """XftColor."""

    _fields_ = (("pixel", c_ulong), ("color", RenderColor))


class Font(ctypes.Structure):
    """The beginning of XftFont."""

    _fields_ = tuple((name, c_int) for name in ("ascent", "descent", "height"))


class Extents(ctypes.Structure):
    """XGlyphInfo."""

    _fields_ = (
        *((name, c_ushort) for name in ("width", "height")),
        *((name, c_short) for name in ("x", "y", "advance", "y_advance")),
    )


class Monitor(ctypes.Structure):
    """XineramaScreenInfo."""

    _fields_ = (("screen", c_int), *((n, c_short) for n in ("x", "y", "width", "height")))
