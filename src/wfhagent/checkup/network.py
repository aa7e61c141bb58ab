"""The way to the server: proxy and name."""

import os
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from wfhagent.checkup.finding import Finding
from wfhagent.checkup.redact import without_password
from wfhagent.plugin import Server


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and who named it; *url* may hold a password."""

    url: str
    source: str


def find_proxy(server: Server) -> Proxy | None:
    """Return the proxy on the way to *server*; None when there is none."""
    if server.proxy:
        return Proxy(server.proxy, "[server] proxy")
    parts = urlsplit(server.url)
    host = parts.hostname or ""
    if _is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    url = found.get(parts.scheme) or found.get("all")
    return None if not url else Proxy(url, _source(parts.scheme))


def _source(scheme: str) -> str:
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if os.environ.get(variable):
                return variable
    return "the system's settings"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_proxy(server: Server) -> Iterator[Finding]:
    """Yield which proxy is used, and who says so."""
    proxy = find_proxy(server)
    if proxy is None:
        yield Finding("proxy", ok=True, detail="none")
    elif urlsplit(proxy.url).hostname is None:
        yield Finding(
            "proxy",
            ok=False,
            detail=f"{proxy.source}: {without_password(proxy.url)!r} is no address",
            advice="Write it as http://proxy.example.com:3128.",
        )
    else:
        detail = f"{without_password(proxy.url)}, from {proxy.source}"
        yield Finding("proxy", ok=True, detail=detail)


def check_name(server: Server) -> Iterator[Finding]:
    """Yield whether the name is found of whom this machine connects to: server or proxy."""
    proxy = find_proxy(server)
    host = urlsplit(server.url if proxy is None else proxy.url).hostname or ""
    whose = "" if proxy is None else ", the proxy; it looks up the server's name"
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        yield Finding(
            "name",
            ok=False,
            detail=f"{host!r} is not found: {error}",
            advice="Is there a network, is a VPN needed, is the name spelt right in agent.toml?",
        )
        return
    addresses = ", ".join(dict.fromkeys(str(address[4][0]) for address in found))
    detail = f"{host}{whose}" if addresses == host else f"{host} is {addresses}{whose}"
    yield Finding("name", ok=True, detail=detail)
