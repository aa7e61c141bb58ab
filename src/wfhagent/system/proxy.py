"""The proxy on the way to the server, and who named it.

A proxy's address may hold a password. It is never printed: messages have scheme, host and port of
an address that is whole, and of any other one the name of the variable only.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from wfhagent.system.no_proxy import exempting_entry
from wfhagent.system.proxy_script import ask_script

SPOKEN = ("http", "https")
MASK = "***"
_USERINFO = re.compile(r"(?<=://)[^\s\"'<>]*(?=@)")
_MUST_BE_ESCAPED = re.compile(r"[\s/?#\[\]\x00-\x1f\x7f]")
SHORTEST_SECRET = 3
"""Shorter strings stand in every other word; the pattern of an address still finds them in it."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and who named it; *url* may hold a password."""

    url: str = field(repr=False)
    source: str

    @property
    def address(self) -> str:
        """Scheme, host and port to connect to; empty when *url* is no address."""
        scheme, _, place = _split(self.url)
        try:
            parts = urlsplit(f"{scheme}://{place}")
            port = parts.port
        except ValueError:
            return ""
        host = parts.hostname or ""
        if not host or port == 0 or _MUST_BE_ESCAPED.search(host):
            return ""
        shown = f"[{host}]" if ":" in host else host
        return f"{scheme}://{shown}" + ("" if port is None else f":{port}")

    @property
    def shown(self) -> str:
        """The address as people may see it, with a mask for user and password."""
        if self.credentials is None:
            return self.address
        return self.address.replace("://", f"://{MASK}@", 1)

    @property
    def credentials(self) -> tuple[str, str] | None:
        """User and password, decoded; None where there are none."""
        userinfo = _split(self.url).userinfo
        if not userinfo:
            return None
        user, _, password = userinfo.partition(":")
        return unquote(user), unquote(password)

    def problem(self) -> str:
        """Return why it cannot be used, as a sentence without its password; empty when it can."""
        scheme, userinfo, _ = _split(self.url)
        if scheme.startswith("socks"):
            named = f"{self.shown!r}" if self.address else "this"
            return f"{self.source}: {named} is a SOCKS proxy; only HTTP proxies are supported."
        if scheme in SPOKEN and _MUST_BE_ESCAPED.search(userinfo):
            return (
                f"{self.source}: the user name or the password holds a character that must be "
                "escaped in an address: write / as %2F, ? as %3F, # as %23, [ as %5B, ] as %5D, "
                "a space as %20, % as %25."
            )
        usable = self.address and scheme in SPOKEN
        if usable:
            return ""
        return (
            f"{self.source}: this is not the address of a proxy, which is written as "
            "http://proxy.example.com:3128."
        )


class Route(NamedTuple):
    """The way to the server: *proxy*, or None, and the entry of `no_proxy` that exempts it."""

    proxy: Proxy | None
    exempted_by: str = ""


def find_route(url: str, configured: str) -> Route:
    """Return the way to *url*.

    Its proxy is the one *configured* in agent.toml, else the one of the environment, of the
    system's proxy script, or of its settings.
    """
    if configured:
        return Route(Proxy(configured, "[server] proxy"))
    # A proxy of the environment cannot reach a server on this very machine.
    if is_loopback(url):
        return Route(None)
    source = _source(urlsplit(url).scheme)
    return _system_route(url) if source is None else _environment_route(url, source)


def _environment_route(url: str, source: str) -> Route:
    from urllib.request import getproxies  # noqa: PLC0415 -- heavy

    found = getproxies()
    named = found.get(urlsplit(url).scheme) or found.get("all")
    if not named:
        return Route(None)
    if entry := exempting_entry(url, found.get("no", "")):
        variable = "no_proxy" if "no_proxy" in os.environ else "NO_PROXY"
        return Route(None, f"{entry!r} in {variable}")
    return Route(_named(named, source))


def _system_route(url: str) -> Route:
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 -- heavy

    answer = ask_script(url)
    if answer is not None:
        source = "the system's proxy script"
        return Route(_named(answer.proxy, source)) if answer.proxy else Route(None, source)
    parts, found, source = urlsplit(url), getproxies(), "the system's settings"
    named = found.get(parts.scheme) or found.get("all")
    if not named:
        return Route(None)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return Route(None, source)
    return Route(_named(named, source))


def _named(address: str, source: str) -> Proxy:
    # As everybody else reads the environment: without a scheme it is http.
    return Proxy(address if "://" in address else f"http://{address}", source)


def find_proxy(url: str, configured: str) -> Proxy | None:
    """Return the proxy on the way to *url*; None when there is none."""
    return find_route(url, configured).proxy


def _source(scheme: str) -> str | None:
    """Return the variable that names the proxy; None when the environment names none."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if os.environ.get(variable):
                return variable
    return None


def is_loopback(url: str) -> bool:
    """Tell whether *url* names this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Parts(NamedTuple):
    scheme: str
    userinfo: str
    place: str


def _split(url: str) -> _Parts:
    """Return the parts of *url*; user and password end at the last @, whatever they hold."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        scheme, rest = "", url.strip()
    userinfo, _, place = rest.rpartition("@")
    return _Parts(scheme.lower(), userinfo, re.split(r"[/?#]", place, maxsplit=1)[0])


def without_password(text: str) -> str:
    """Return *text* with a mask for user and password of every address in it."""
    return _USERINFO.sub(MASK, text)


def hide_passwords(text: str, configured: str) -> str:
    """Return *text* with a mask for the passwords of all proxies; *configured* is agent.toml's."""
    for secret in sorted(set(known_secrets(configured)), key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return without_password(text)


def secrets_in(url: str) -> Iterator[str]:
    """Yield the password in *url* in every form in which it travels or was ever printed."""
    userinfo = _split(url).userinfo
    user, separator, password = userinfo.partition(":")
    if not separator or not password:
        return
    import base64  # noqa: PLC0415 -- not for the agent that waits

    decoded = f"{unquote(user)}:{unquote(password)}"
    yield from (userinfo, decoded, password, unquote(password), quote(unquote(password), safe=""))
    yield from (base64.b64encode(one.encode()).decode() for one in (decoded, userinfo))
    # Whoever ends it at the first special character prints a piece of it.
    pieces = re.split(r"[@/?#]", password)
    if len(pieces) > 1:
        yield from pieces


def known_secrets(configured: str = "") -> Iterator[str]:
    """Yield the secrets in every proxy that agent.toml, environment or system names."""
    from urllib.request import getproxies  # noqa: PLC0415 -- heavy

    # Reading a value costs more than reading a name, and there are many that are no proxy.
    named = (os.environ[name] for name in os.environ if name.lower().endswith("_proxy"))
    for url in (configured, *named, *getproxies().values()):
        yield from secrets_in(url)
