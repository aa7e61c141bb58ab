"""macOS: interfaces of VPNs that have an address of a network.

The system itself has several of the same kind, with addresses of the link only.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address

_KINDS = ("utun", "ppp", "ipsec", "tun")


def is_connected() -> bool:
    """Tell whether an interface of a VPN is up."""
    import psutil  # noqa: PLC0415 -- not for those who never ask

    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    addresses = psutil.net_if_addrs()
    return has_vpn({name: [one.address for one in addresses.get(name, ())] for name in up})


def has_vpn(addresses: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether one of the interfaces that are up is a VPN's, by their *addresses*."""
    return any(
        name.startswith(_KINDS) and any(map(_is_of_network, found))
        for name, found in addresses.items()
    )


def _is_of_network(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        # The address of the hardware.
        return False
    return not (found.is_link_local or found.is_loopback)
