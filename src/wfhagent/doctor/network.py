"""The way to the server: proxy and name."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from wfhagent.doctor.finding import Finding
from wfhagent.messages import N_, _
from wfhagent.plugin import Server
from wfhagent.system.proxy import find_route

LOCAL_NETWORK = N_(
    'If the agent logs "No route to host" although this works, allow wfhagent in System Settings, '
    "Privacy & Security, Local Network (macOS 15 and newer)."
)
"""Terminal has a permission of its own: what works there says nothing of the agent."""


def check_proxy(server: Server) -> Iterator[Finding]:
    """Yield which proxy is used, and who says so."""
    proxy, exempted_by = find_route(server.url, server.proxy)
    if proxy is None:
        detail = _("none")
        if exempted_by:
            detail = _("none: the server is exempt by {source}").format(source=exempted_by)
        yield Finding("proxy", ok=True, detail=detail)
    elif problem := proxy.problem():
        yield Finding(
            "proxy",
            ok=False,
            detail=problem.rstrip("."),
            advice=_(
                'Write it as "http://proxy.example.com:3128". [server] proxy in agent.toml takes '
                "precedence over the environment."
            ),
        )
    else:
        detail = _("{proxy}, from {source}").format(proxy=proxy.shown, source=proxy.source)
        yield Finding("proxy", ok=True, detail=detail)


def check_name(server: Server) -> Iterator[Finding]:
    """Yield whether the name of the server, or of the proxy before it, is found.

    A proxy whose address is invalid has no name to look up.
    """
    proxy = server.find_proxy()
    if proxy is not None and proxy.problem():
        return
    host = urlsplit(server.url if proxy is None else proxy.address).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        yield Finding(
            "name",
            ok=False,
            detail=_("{host!r} is not found: {error}").format(host=host, error=error),
            advice=_("Check the network, the VPN if one is needed, and the name in agent.toml."),
        )
        return
    each = list(dict.fromkeys(str(address[4][0]) for address in found))
    addresses = ", ".join(each)
    detail = host
    if addresses != host:
        detail = _("{host} is {addresses}").format(host=host, addresses=addresses)
    if proxy is not None:
        detail = _("{proxy}, the proxy; it looks up the server's name").format(proxy=detail)
    yield Finding("name", ok=True, detail=detail)
    if sys.platform == "darwin" and any(is_in_local_network(address) for address in each):
        yield Finding("local network", ok=True, detail=_(LOCAL_NETWORK))


def is_in_local_network(address: str) -> bool:
    """Tell whether macOS may take *address* for one of the local network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (parsed.is_private or parsed.is_link_local) and not parsed.is_loopback
