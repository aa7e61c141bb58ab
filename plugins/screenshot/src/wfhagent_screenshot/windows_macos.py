"""Windows of a Mac, as Quartz lists them; in points, as mss has them."""

import ctypes
import sys
from ctypes import c_bool, c_char_p, c_double, c_long, c_uint32, c_void_p
from typing import Any, NamedTuple

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.window import Role, Window, WindowsUnknownError

_MENU_LAYER = 101  # kCGPopUpMenuWindowLevel
_BANNER_PROGRAMS = ("/NotificationCenter.app/", "/UserNotificationCenter.app/")


def role_of(layer: int, program: str) -> Role:
    """Return what a window is for, by its *layer* and the path of its *program*.

    Banners show the words of others. Names of programs are translated, paths are not. Widgets, in
    front of nothing but the desktop, are of the same program.
    """
    if layer == _MENU_LAYER:
        return Role.POPUP
    is_banner = layer > 0 and any(name in program for name in _BANNER_PROGRAMS)
    return Role.PANEL if is_banner else Role.ORDINARY


if sys.platform == "darwin":
    _ON_SCREEN, _NO_WINDOW = 1, 0
    _UTF8, _INT64 = 0x08000100, 4
    _LONGEST_TEXT = 4096
    _LONGEST_PATH = 4096  # PROC_PIDPATHINFO_MAXSIZE

    class _Rect(ctypes.Structure):
        _fields_ = tuple((name, c_double) for name in ("x", "y", "width", "height"))

    class _Quartz(NamedTuple):
        core: ctypes.CDLL
        graphics: ctypes.CDLL

    def windows() -> list[Window]:
        """Return what is on a monitor now, the topmost first."""
        quartz = _quartz()
        listed = quartz.graphics.CGWindowListCopyWindowInfo(_ON_SCREEN, _NO_WINDOW)
        if not listed:
            raise WindowsUnknownError("Quartz gives no list of windows")
        try:
            count = quartz.core.CFArrayGetCount(listed)
            return [
                _window(quartz, quartz.core.CFArrayGetValueAtIndex(listed, index))
                for index in range(count)
            ]
        finally:
            quartz.core.CFRelease(listed)

    def _quartz() -> _Quartz:
        frameworks = "/System/Library/Frameworks"
        core = ctypes.CDLL(f"{frameworks}/CoreFoundation.framework/CoreFoundation")
        graphics = ctypes.CDLL(f"{frameworks}/CoreGraphics.framework/CoreGraphics")
        signatures: dict[Any, tuple[Any, ...]] = {
            core.CFArrayGetCount: (c_long, c_void_p),
            core.CFArrayGetValueAtIndex: (c_void_p, c_void_p, c_long),
            core.CFDictionaryGetValue: (c_void_p, c_void_p, c_void_p),
            core.CFStringGetCString: (c_bool, c_void_p, c_char_p, c_long, c_uint32),
            core.CFNumberGetValue: (c_bool, c_void_p, c_long, c_void_p),
            core.CFRelease: (None, c_void_p),
            graphics.CGWindowListCopyWindowInfo: (c_void_p, c_uint32, c_uint32),
            graphics.CGRectMakeWithDictionaryRepresentation: (c_bool, c_void_p, c_void_p),
        }
        for function, (result, *arguments) in signatures.items():
            function.restype = result
            function.argtypes = arguments
        return _Quartz(core, graphics)

    def _window(quartz: _Quartz, described: int) -> Window:
        layer = _number(quartz, described, "kCGWindowLayer")
        process = _number(quartz, described, "kCGWindowOwnerPID")
        names = (_text(quartz, described, name) for name in ("kCGWindowName", "kCGWindowOwnerName"))
        return Window(
            number=_number(quartz, described, "kCGWindowNumber"),
            box=_box(quartz, described),
            names=tuple(name for name in names if name),
            role=role_of(layer, _program(process)),
            process=process,
        )

    def _program(process: int) -> str:
        """Return the path of the program of *process*; empty where nobody says (libproc.h)."""
        path = ctypes.create_string_buffer(_LONGEST_PATH)
        ask = ctypes.CDLL(None).proc_pidpath
        ask.restype, ask.argtypes = ctypes.c_int, [ctypes.c_int, c_void_p, c_uint32]
        return path.value.decode(errors="replace") if ask(process, path, _LONGEST_PATH) > 0 else ""

    def _value(quartz: _Quartz, described: int, key: str) -> int | None:
        name = c_void_p.in_dll(quartz.graphics, key)
        value: int | None = quartz.core.CFDictionaryGetValue(described, name)
        return value

    def _text(quartz: _Quartz, described: int, key: str) -> str:
        value = _value(quartz, described, key)
        text = ctypes.create_string_buffer(_LONGEST_TEXT)
        if not value:
            return ""
        if not quartz.core.CFStringGetCString(value, text, _LONGEST_TEXT, _UTF8):
            raise WindowsUnknownError("a title is too long to be looked at")
        return text.value.decode(errors="replace")

    def _number(quartz: _Quartz, described: int, key: str) -> int:
        value, number = _value(quartz, described, key), ctypes.c_int64()
        if value:
            quartz.core.CFNumberGetValue(value, _INT64, ctypes.byref(number))
        return number.value

    def _box(quartz: _Quartz, described: int) -> Box:
        edges = _Rect()
        bounds = _value(quartz, described, "kCGWindowBounds")
        make = quartz.graphics.CGRectMakeWithDictionaryRepresentation
        if not bounds or not make(bounds, ctypes.byref(edges)):
            raise WindowsUnknownError("Quartz does not say where a window is")
        left, top = int(edges.x // 1), int(edges.y // 1)
        return Box(left, top, int(edges.width) + 2, int(edges.height) + 2)
