"""What a capacity test is to do."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from wfhserver.errors import SimulateError


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How many agents live how, for how long; shares are of 1.

    interval_seconds   from one heartbeat of an agent to its next
    outage_share       of the agents lose their network once, for up to a third of the time
    skew_seconds       agents' clocks are wrong by up to so much, either way
    flood_share        of the agents hand in a backlog at the same moment, at half-time
    backlog            heartbeats in each of these backlogs
    connections        open at once at most
    grace_seconds      at the end, for what still waits to be sent
    """

    agents: int
    seconds: float
    interval_seconds: float = 300.0
    outage_share: float = 0.1
    skew_seconds: float = 3600.0
    flood_share: float = 0.1
    backlog: int = 100
    connections: int = 256
    grace_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the server is."""

    host: str
    port: int
    is_tls: bool

    @property
    def name(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def target_of(url: str, *, remote: bool) -> Target:
    """Read the address of a server; SimulateError unless it is this machine or *remote*."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SimulateError(f"The address {url!r} cannot be read: {error}. Correct it.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SimulateError(f"Give the server as http(s)://HOST:PORT, without a path; not {url!r}.")
    if not (remote or _is_loopback(parts.hostname)):
        raise SimulateError(
            f"{parts.hostname} is not this machine. Add --remote if it is yours to put under load."
        )
    is_tls = parts.scheme == "https"
    return Target(host=parts.hostname, port=port or (443 if is_tls else 80), is_tls=is_tls)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
