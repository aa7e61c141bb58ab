"""Collector `vpn`: whether a VPN is connected; not which one, nor where it leads."""

import sys
from collections.abc import Callable

from wfhagent.plugin import (
    AbsentError,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Occasion,
    Personal,
    attempt,
    hookimpl,
)
from wfhagent_vpn import linux, macos, windows

READERS: dict[str, Callable[[], bool]] = {
    "linux": linux.is_connected,
    "darwin": macos.is_connected,
    "win32": windows.is_connected,
}
"""What knows the network interfaces, by `sys.platform`."""


class Vpn(Collector[Config]):
    """Off by default. It looks at the kinds of network interfaces, and at no traffic."""

    name = "vpn"
    facts = (
        Fact(
            "connected",
            "Whether a VPN is connected",
            "Security: to see who is outside of the company's network",
            Personal.INDIRECT,
            risk="A private VPN counts too, so it can show that somebody uses one.",
            guard="Off by default. Neither its name nor where it leads is read.",
            type=FactType.BOOL,
            label="VPN connected",
        ),
    )
    # In an incident the question is who is outside of the VPN now, so heartbeats have it too.
    occasions = frozenset({Occasion.HEARTBEAT, Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return whether one is connected, or why nobody knows."""
        return {"connected": attempt(lambda: _is_connected(sys.platform))}


def _is_connected(platform: str) -> bool:
    if platform not in READERS:
        raise AbsentError("it is not known how to ask this system for its VPN")
    return READERS[platform]()


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Vpn]
