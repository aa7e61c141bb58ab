"""Collector `identity`: username, hostname and time zone."""

import sys
from typing import Annotated

from wfhagent.plugin import (
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
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
        bool, Meta(description="Send the time zone, so that times are shown as on your clock.")
    ] = True


class Identity(Collector[IdentityConfig]):
    """The operating system is asked, since environment variables can be set to anything."""

    name = "identity"
    facts = (
        Fact(
            "username",
            "Your username",
            "To know whose device is on",
            Personal.DIRECT,
            risk="It links everything else to one person.",
            type=FactType.TEXT,
        ),
        Fact(
            "hostname",
            "The name of this device",
            "To tell devices apart",
            Personal.INDIRECT,
            type=FactType.TEXT,
        ),
        Fact(
            "time_zone",
            "The time zone of this device, such as Europe/Lisbon",
            "To show times as you see them on your clock",
            Personal.INDIRECT,
            risk="It shows in which part of the world somebody is.",
            guard="It is no more precise than a time zone, and not sent if `time_zone` is off.",
            type=FactType.TEXT,
        ),
    )
    occasions = frozenset({Occasion.HEARTBEAT, Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return both names, and the zone if it may be reported."""
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
