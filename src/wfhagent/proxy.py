"""The proxy on the way to the server, and who named it."""

import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

SPOKEN = ("http", "https")
_USERINFO = re.compile(r"(?<=://)[^/\s@\"']+(?=@)")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and who named it; *url* may hold a password."""

    url: str
    source: str

    def problem(self) -> str:
        """Return why it cannot be used, as a sentence without its password; empty when it can."""
        shown = f"{self.source}: {without_password(self.url)!r}"
        try:
            parts = urlsplit(self.url)
            named = bool(parts.hostname) and parts.port != 0
        except ValueError:
            return f"{shown} is no address."
        if parts.scheme.startswith("socks"):
            return f"{shown} is a SOCKS proxy; only HTTP proxies are spoken to."
        return "" if named and parts.scheme in SPOKEN else f"{shown} is no address."


def find_proxy(url: str, configured: str) -> Proxy | None:
    """Return the proxy on the way to *url*; None when there is none.

    That is the one *configured* in agent.toml, else the one of the environment or the system.
    """
    if configured:
        return Proxy(configured, "[server] proxy")
    # A proxy of the environment cannot reach a server on this very machine.
    if is_loopback(url):
        return None
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 -- heavy

    parts = urlsplit(url)
    found = getproxies()
    named = found.get(parts.scheme) or found.get("all")
    if not named or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    # As everybody else reads the environment: without a scheme it is http.
    return Proxy(named if "://" in named else f"http://{named}", _source(parts.scheme))


def _source(scheme: str) -> str:
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if os.environ.get(variable):
                return variable
    return "the system's settings"


def is_loopback(url: str) -> bool:
    """Tell whether *url* names this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def without_password(url: str) -> str:
    """Return *url* without user and password."""
    return _USERINFO.sub("***", url)
