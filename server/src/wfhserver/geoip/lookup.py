"""Where a caller is, as far as its address tells."""

import ipaddress
import logging
from collections.abc import Sequence
from pathlib import Path

import maxminddb
import msgspec

from wfhserver.geoip.layouts import location_of, problem_of
from wfhserver.payload import Location
from wfhserver.setting_values import UNIX, Network, Proxy

log = logging.getLogger(__name__)

# Not `is_global`: that also excludes the networks of examples, which a proxy may well use.
_LOCAL = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
        *("::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class CallerLocation(msgspec.Struct, frozen=True):
    """What is known of a caller, and why the rest is not."""

    public_ip: str | None
    location: Location | None
    absent: dict[str, str]


def caller_address(
    peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Proxy]
) -> Address | None:
    """Return the caller's address; None when the connection has none.

    *forwarded_for* are the values of X-Forwarded-For. They are read from the right, as long as
    trusted proxies have written them: anything further left may be invented.
    """
    address = parsed_address(peer or "")
    is_believed = is_proxy(peer, trusted)
    hops = [hop for value in forwarded_for for hop in value.split(",")]
    while hops and is_believed:
        further = parsed_address(hops.pop())
        if further is None:
            break
        address = further
        is_believed = _is_in(address, _networks_of(trusted))
    return address


def is_proxy(peer: str | None, trusted: Sequence[Proxy]) -> bool:
    """Tell whether the other end of a connection is a trusted proxy; a socket file has no peer."""
    if not peer:
        return UNIX in trusted
    address = parsed_address(peer)
    return address is not None and _is_in(address, _networks_of(trusted))


def _networks_of(trusted: Sequence[Proxy]) -> list[Network]:
    return [each for each in trusted if each != UNIX]


def parsed_address(text: str) -> Address | None:
    """Return the address in *text*, which may carry a port, brackets or a zone; None if none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


class GeoIp:
    """A city database in a file; opened when it exists, and again when it was replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: maxminddb.Reader | None = None
        self._version: tuple[int, int] | None = None
        self._layout_problem: str | None = None

    def problem(self) -> str | None:
        """Return why no place can be looked up; None when it can."""
        try:
            self._refresh()
        except FileNotFoundError:
            return "no GeoIP database is configured on the server"
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            return f"the GeoIP database of the server cannot be read ({type(error).__name__})"
        return self._layout_problem

    def lookup(self, address: Address) -> tuple[Location | None, str]:
        """Return the place of *address*, or None and the reason."""
        problem = self.problem()
        if problem is not None or self._reader is None:
            return None, problem or "the GeoIP database of the server is closed"
        if address.version > self._reader.metadata().ip_version:
            return None, "the GeoIP database of the server knows no IPv6 addresses"
        record = self._reader.get(address)
        if record is None:
            return None, "the GeoIP database does not know this address"
        return location_of(record), "the GeoIP database knows no place of this address"

    def close(self) -> None:
        """Close the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
            self._version = None

    def _refresh(self) -> None:
        status = self._path.stat()
        version = (status.st_ino, status.st_mtime_ns)
        if version != self._version:
            self.close()
            self._layout_problem = None
            self._reader = maxminddb.open_database(self._path)
            self._version = version
            try:
                self._layout_problem = problem_of(self._reader)
            except Exception as error:
                # The border to a file of somebody else's: it is damaged somewhere.
                log.exception("The GeoIP database %s is damaged", self._path)
                self._layout_problem = f"the GeoIP database is damaged ({type(error).__name__})"


def locate(address: Address | None, geoip: GeoIp) -> CallerLocation:
    """Return what *address* tells, with a reason for each thing that it does not."""
    if address is None or _is_in(address, _LOCAL):
        reason = "the server sees a loopback or private address only"
        return CallerLocation(None, None, {"public_ip": reason, "location": reason})
    location, reason = _place_of(address, geoip)
    absent = {} if location is not None else {"location": reason}
    return CallerLocation(str(address), location, absent)


def _place_of(address: Address, geoip: GeoIp) -> tuple[Location | None, str]:
    try:
        return geoip.lookup(address)
    except Exception as error:
        # The border to a file of somebody else's: whatever is in it, the address is answered.
        log.exception("The place of an address could not be looked up")
        return None, f"the GeoIP database has a damaged record ({type(error).__name__})"
