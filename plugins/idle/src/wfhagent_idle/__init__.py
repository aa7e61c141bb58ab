"""Collector `idle`: seconds since keyboard or mouse were last used; never what was typed."""

import ctypes
import os
import sys

from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Occasion,
    Personal,
    hookimpl,
    is_wayland_session,
)


class Idle(Collector[Config]):
    """Off unless it is taken out of `[plugins] disabled`."""

    name = "idle"
    facts = (
        Fact(
            "idle_seconds",
            "Seconds since keyboard or mouse were last used",
            "To tell whether somebody is at the desk",
            Personal.DIRECT,
            risk="It can be read as a measure of diligence, which it is not.",
            guard="Off unless it is taken out of `disabled`; never what was typed or clicked.",
        ),
    )
    occasions = frozenset({Occasion.HEARTBEAT})

    def collect(self, context: Context) -> Facts:
        """Return the seconds, or why they cannot be had."""
        return {"idle_seconds": _idle_seconds()}


if sys.platform == "win32":

    def _idle_seconds() -> float | Absent:
        info = (ctypes.c_uint * 2)(8, 0)  # LASTINPUTINFO: its own size, the tick of the input
        if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(info)):
            return Absent("Windows did not say")
        # Both count milliseconds in 32 bits and wrap after 49 days.
        return float((ctypes.windll.kernel32.GetTickCount() - info[1]) & 0xFFFFFFFF) / 1000

elif sys.platform == "darwin":

    def _idle_seconds() -> float | Absent:
        graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
        since = graphics.CGEventSourceSecondsSinceLastEventType
        since.restype, since.argtypes = ctypes.c_double, [ctypes.c_int32, ctypes.c_uint32]
        return float(since(0, 0xFFFFFFFF))  # the session as a whole, any input

else:

    def _idle_seconds() -> float | Absent:
        if not os.environ.get("DISPLAY") or is_wayland_session():
            return Absent("only an X session says it")
        try:
            x11, screensaver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
        except OSError:
            return Absent("libX11 or libXss is not installed")
        for function in (
            x11.XOpenDisplay,
            x11.XDefaultRootWindow,
            screensaver.XScreenSaverAllocInfo,
        ):
            function.restype = ctypes.c_void_p
        display = x11.XOpenDisplay(None)
        if not display:
            return Absent("the display does not answer")
        pointer = ctypes.c_void_p
        window = pointer(x11.XDefaultRootWindow(pointer(display)))
        info = screensaver.XScreenSaverAllocInfo()
        answered = screensaver.XScreenSaverQueryInfo(pointer(display), window, pointer(info))
        # XScreenSaverInfo: window (long), state, kind (int), till_or_since, idle (long)
        milliseconds = ctypes.cast(info, ctypes.POINTER(ctypes.c_ulong))[3]
        x11.XFree(pointer(info))
        x11.XCloseDisplay(pointer(display))
        return float(milliseconds / 1000) if answered else Absent("the display does not count it")


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Idle]
