"""PUBLIC, on Linux: D-Bus for plugins, with a time limit for each call.

    from wfhagent.plugin.dbus import Service, session_bus

    player = Service("org.mpris.MediaPlayer2.vlc", "/org/mpris/MediaPlayer2", PROPERTIES)
    with session_bus() as bus:
        (status,) = bus.call(player, "Get", "ss", "org.mpris.MediaPlayer2.Player", "PlaybackStatus")

Import it where it is needed: it loads jeepney, which is there on Linux only.
"""

from wfhagent.desktop.bus import (
    CALL_SECONDS,
    Bus,
    BusError,
    Signal,
    Signals,
    session_bus,
    system_bus,
)
from wfhagent.desktop.services import (
    PERMISSION_STORE,
    PORTAL,
    PORTAL_PATH,
    PORTAL_SCREENSHOT,
    PROPERTIES,
    Match,
    Service,
)

__all__ = [
    "CALL_SECONDS",
    "PERMISSION_STORE",
    "PORTAL",
    "PORTAL_PATH",
    "PORTAL_SCREENSHOT",
    "PROPERTIES",
    "Bus",
    "BusError",
    "Match",
    "Service",
    "Signal",
    "Signals",
    "session_bus",
    "system_bus",
]
