"""Windows: network adapters whose kind or driver is that of a VPN."""

from collections.abc import Sequence
from typing import NamedTuple

_PPP = 23
"""The VPNs that Windows has itself, once they are connected."""
_PROP_VIRTUAL = 53
"""Wintun and its relatives: WireGuard, OpenVPN, Tailscale."""
_DRIVERS = (
    *("anyconnect", "check point", "cisco secure client", "f5 networks", "fortinet", "fortissl"),
    *("juniper", "netextender", "openvpn", "pangp", "pulse secure", "sonicwall", "tap-windows"),
    *("tap-nordvpn", "wireguard", "zscaler"),
)
"""Parts of the descriptions of adapters that Windows takes for Ethernet."""


class Adapter(NamedTuple):
    """One adapter: the *description* of its driver, its *kind* (ifType), and whether it *is_up*."""

    description: str
    kind: int
    is_up: bool


def is_connected() -> bool:
    """Tell whether an adapter of a VPN is up."""
    from wfhagent_vpn.adapters import adapters  # noqa: PLC0415 -- Windows only

    return has_vpn(adapters())


def has_vpn(adapters: Sequence[Adapter]) -> bool:
    """Tell whether one of *adapters* is a VPN's, and up."""
    return any(one.is_up and _is_vpn(one) for one in adapters)


def _is_vpn(adapter: Adapter) -> bool:
    if adapter.kind in {_PPP, _PROP_VIRTUAL}:
        return True
    description = adapter.description.lower()
    return any(driver in description for driver in _DRIVERS)
