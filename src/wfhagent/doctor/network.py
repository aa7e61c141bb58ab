"""The way to the server: proxy and name."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from wfhagent.doctor.finding import Finding
from wfhagent.plugin import Server
from wfhagent.system.proxy import find_route

LOCAL_NETWORK = (
    'if the agent logs "No route to host" while this works, allow wfhagent in System Settings, '
    "Privacy & Security, Local Network (macOS 15 and newer)"
)
"""Terminal has a permission of its own: what works there says nothing of the agent."""


def check_proxy(server: Server) -> Iterator[Finding]:
    """Yield which proxy is used, and who says so."""
    proxy, exempted_by = find_route(server.url, server.proxy)
    if proxy is None:
        detail = f"none: the server is exempted by {exempted_by}" if exempted_by else "none"
        yield Finding("proxy", ok=True, detail=detail)
    elif problem := proxy.problem():
        yield Finding(
            "proxy",
            ok=False,
            detail=problem.rstrip("."),
            advice='Write it as "http://proxy.example.com:3128"; [server] proxy in agent.toml goes '
            "before the environment.",
        )
    else:
        detail = f"{proxy.shown}, from {proxy.source}"
        yield Finding("proxy", ok=True, detail=detail)


def check_name(server: Server) -> Iterator[Finding]:
    """Yield whether the name is found of whom this machine connects to: server or proxy.

    Of a proxy that is no address there is no name to look up.
    """
    proxy = server.find_proxy()
    if proxy is not None and proxy.problem():
        return
    host = urlsplit(server.url if proxy is None else proxy.address).hostname or ""
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
    each = list(dict.fromkeys(str(address[4][0]) for address in found))
    addresses = ", ".join(each)
    detail = f"{host}{whose}" if addresses == host else f"{host} is {addresses}{whose}"
    yield Finding("name", ok=True, detail=detail)
    if sys.platform == "darwin" and any(is_in_local_network(address) for address in each):
        yield Finding("local network", ok=True, detail=LOCAL_NETWORK)


def is_in_local_network(address: str) -> bool:
    """Tell whether macOS may take *address* for one of the local network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (parsed.is_private or parsed.is_link_local) and not parsed.is_loopback
