"""Which servers the environment exempts from its proxy: the entries of `no_proxy`.

There is no standard. These are the forms that curl, Go and Python agree on, and those that one of
them has and that mean nothing else: https://about.gitlab.com/blog/we-need-to-talk-no-proxy/
"""

import re
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_BRACKETED = re.compile(r"\[(?P<name>[^\]]*)\](?P<length>/\d+)?(?::(?P<port>\d+))?")
_NAME = re.compile(r"(?P<name>[^:]*)(?P<length>)(?::(?P<port>\d+))?")


def exempting_entry(url: str, entries: str) -> str:
    """Return the first of *entries*, as it is written, that exempts *url*; empty when none does.

    An entry is `*`, a name, which covers its subdomains too (`example.com`, `.example.com` and
    `*.example.com` are the same), a pattern, an address, or a network. With a port it holds for
    that port only.
    """
    parts = urlsplit(url)
    host = _plain(parts.hostname or "")
    port = parts.port or _PORTS.get(parts.scheme, 0)
    for entry in re.split(r"[,\s]+", entries):
        name, wanted_port = _split(entry)
        if name and wanted_port in {0, port} and _matches(name, host):
            return entry
    return ""


def _split(entry: str) -> tuple[str, int]:
    """Return name and port of *entry*; the port is 0 where it has none."""
    place = entry.partition("://")[2] or entry
    # An IPv6 address without brackets has colons of its own, and no port.
    found = _BRACKETED.fullmatch(place) or _NAME.fullmatch(place)
    if found is None:
        return _plain(place), 0
    return _plain(found["name"]) + (found["length"] or ""), int(found["port"] or 0)


def _matches(name: str, host: str) -> bool:
    address = _address(host)
    if address is not None:
        return fnmatchcase(host, name) or _holds(name, address)
    suffix = name.removeprefix("*").removeprefix(".")
    if suffix and (host == suffix or host.endswith(f".{suffix}")):
        return True
    return fnmatchcase(host, name)


def _holds(network: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        return address in ip_network(network, strict=False)
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _plain(name: str) -> str:
    """Return *name* as it is compared: in lower case, in ASCII, without the dot of the root."""
    name = name.strip().rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name
