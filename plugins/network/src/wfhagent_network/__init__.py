"""Collector `network`: the addresses of this machine, inside and outside."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Personal,
    Whereami,
    attempt,
    hookimpl,
)

_DISCARD = 9
# Addresses for documentation (RFC 5737, RFC 3849): routed like any other, answered by nobody.
_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Network(Collector[Config]):
    """The local address is the one used to reach the server. Nothing is sent to find it."""

    name = "network"
    facts = (
        Fact(
            "local_ip",
            "Address in the local network",
            "Support: to find the device",
            Personal.INDIRECT,
            type=FactType.TEXT,
            label="Local address",
        ),
        Fact(
            "public_ip",
            "Address as the server sees it",
            "Security: to notice a sign-in from an unexpected place",
            Personal.INDIRECT,
            risk="It reveals an approximate place, and with the provider's help a subscriber.",
            type=FactType.TEXT,
            label="Public address",
        ),
        Fact(
            "interface",
            "Name of the network interface",
            "Support: cable, Wi-Fi or VPN",
            Personal.NO,
            type=FactType.TEXT,
            label="Network interface",
        ),
    )
    # Name resolution without a network takes its time, and so does asking the server.
    time_limit_seconds = 40.0

    def collect(self, context: Context) -> Facts:
        """Return the addresses; what cannot be had is absent with its reason."""
        public = attempt(lambda: _public_address(context.whereami()))
        local = attempt(lambda: local_address(context.server_url))
        if local is None:
            local = Absent("there is no route to any network")
        if isinstance(local, Absent):
            return {"local_ip": local, "interface": local, "public_ip": public}
        interface = attempt(lambda: _interface(local))
        return {"local_ip": local, "interface": interface, "public_ip": public}


def _public_address(where: Whereami) -> str | Absent:
    return where.public_ip or Absent(where.absent.get("public_ip", "the server did not say"))


def local_address(server_url: str) -> str | None:
    """Return the address from which this machine would speak to the server.

    A server on this very machine, or one that only a proxy can name, says nothing about the
    network: then it is the address of the default route. None without any route.
    """
    parts = urlsplit(server_url)
    targets = [*_resolved(parts.hostname or "", parts.port or 443), *_ANYWHERE]
    for family, host in targets:
        address = _source_address(family, host)
        if address is not None and not ip_address(address).is_loopback:
            return address
    return None


def _resolved(host: str, port: int) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return [(family, str(address[0])) for family, _, _, _, address in found]


def _source_address(family: int, host: str) -> str | None:
    # Connecting a UDP socket sends nothing: it only asks the routing table.
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, _DISCARD))
            # An IPv6 link-local address carries its zone, which is of no use elsewhere.
            return str(probe.getsockname()[0]).partition("%")[0]
    except OSError:
        # No route, or a system without this family of addresses.
        return None


def _interface(address: str) -> str | Absent:
    import psutil  # noqa: PLC0415 -- needed twice a day

    for name, addresses in psutil.net_if_addrs().items():
        if any(entry.address.partition("%")[0] == address for entry in addresses):
            return name
    return Absent("no interface has this address any more")


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Network]
