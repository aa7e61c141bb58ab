"""Collector `identity`: who is logged in, what this machine is called, and what time is there."""

import sys
from typing import Annotated

from wfhagent.plugin import (
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Meta,
    Occasion,
    Personal,
    attempt,
    hookimpl,
)
from wfhagent_identity import host

if sys.platform == "win32":
    import ctypes
else:
    import os
    import pwd


class IdentityConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.identity]`."""

    time_zone: Annotated[
        bool, Meta(description="Send this machine's time zone, so that people see your own time.")
    ] = True


class Identity(Collector[IdentityConfig]):
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
        Fact(
            "time_zone",
            "The time zone of this machine, such as Europe/Lisbon",
            "To show times as you see them on your clock",
            Personal.INDIRECT,
            risk="It tells in which part of the world somebody is.",
            guard="No finer than the zones of the world; not sent where `time_zone` is off.",
        ),
    )
    occasions = frozenset({Occasion.HEARTBEAT, Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return both names, and the zone if it may be told."""
        facts: dict[str, object] = {
            "username": attempt(lambda: _text(_username())),
            "hostname": attempt(lambda: _text(host.static_name())),
        }
        if self.config.time_zone:
            facts["time_zone"] = attempt(context.time_zone)
        return facts


def _text(name: str) -> str:
    """Return *name* as it can travel; systems take bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()


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
def register_collectors() -> list[type[Collector[IdentityConfig]]]:
    """Register the collector."""
    return [Identity]
