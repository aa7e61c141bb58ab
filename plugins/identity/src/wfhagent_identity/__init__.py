"""Collector `identity`: who is logged in, and what this machine is called."""

import socket
import sys

from wfhagent.plugin import (
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Occasion,
    Personal,
    hookimpl,
)

if sys.platform == "win32":
    import ctypes
else:
    import os
    import pwd


class Identity(Collector[Config]):
    """Asks the system itself: environment variables such as USER can be set to anything."""

    name = "identity"
    facts = (
        Fact(
            "username",
            "Your login name",
            "To tell whose laptop is on",
            Personal.DIRECT,
            risk="It ties everything else to one person.",
        ),
        Fact("hostname", "The name of this machine", "To tell laptops apart", Personal.INDIRECT),
    )
    occasions = frozenset({Occasion.HEARTBEAT, Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return both names."""
        return {"username": _username(), "hostname": socket.gethostname()}


if sys.platform == "win32":

    def _username() -> str:
        size = ctypes.c_ulong(257)  # UNLEN + 1
        buffer = ctypes.create_unicode_buffer(size.value)
        if not ctypes.windll.advapi32.GetUserNameW(buffer, ctypes.byref(size)):
            raise ctypes.WinError()
        return buffer.value

else:

    def _username() -> str:
        number = os.getuid()
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            # A directory service that is not reached: the number still tells people apart.
            return f"uid-{number}"


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Identity]
