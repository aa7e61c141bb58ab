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
    FactType,
    Occasion,
    Personal,
    hookimpl,
    is_wayland_session,
)


class Idle(Collector[Config]):
    """Off unless `[plugins] enabled` names it."""

    name = "idle"
    facts = (
        Fact(
            "idle_seconds",
            "Seconds since the keyboard or mouse was last used",
            "To know whether somebody is at the desk",
            Personal.DIRECT,
            risk="It can be mistaken for a measure of diligence.",
            guard="Off by default. It never shows what was typed or clicked.",
            type=FactType.DURATION,
            label="Idle",
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

    class _Info(ctypes.Structure):
        """XScreenSaverInfo; *idle* is in milliseconds."""

        _fields_ = (
            ("window", ctypes.c_ulong),
            *((name, ctypes.c_int) for name in ("state", "kind")),
            *((name, ctypes.c_ulong) for name in ("since", "idle", "event_mask")),
        )

    _SCREENSAVER = {
        "XScreenSaverAllocInfo": (ctypes.POINTER(_Info),),
        "XScreenSaverQueryInfo": (
            *(ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong),
            ctypes.POINTER(_Info),
        ),
    }

    def _idle_seconds() -> float | Absent:
        if not os.environ.get("DISPLAY") or is_wayland_session():
            return Absent("only an X session says it")
        from wfhagent.plugin.x11 import Display, DisplayError, load  # noqa: PLC0415 -- Linux only

        try:
            screensaver = load("libXss.so.1", _SCREENSAVER)
            with Display() as display:
                info = screensaver.XScreenSaverAllocInfo()
                answered = screensaver.XScreenSaverQueryInfo(display.handle, display.root, info)
                milliseconds = info.contents.idle
                display.x.XFree(info)
        except OSError:
            return Absent("libXss is not installed")
        except DisplayError as error:
            return Absent(str(error))
        return float(milliseconds / 1000) if answered else Absent("the display does not count it")


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Idle]
