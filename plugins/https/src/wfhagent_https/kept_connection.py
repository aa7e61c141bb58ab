"""Whether the connection of the last request can take the next one.

A new one costs the laptop and the server more than a heartbeat does. The server says for how long
it keeps one that is not used; without a word of it this is too short for the next heartbeat.
"""

import contextlib
import re
import socket
import time
from collections.abc import Mapping
from typing import Any

_UNSAID_SECONDS = 5.0
_TIMEOUT = re.compile(r"(?:^|[,\s])timeout=(\d{1,6})\b")
# Between two heartbeats the system asks whether the other side is still there: one that has gone
# without a word is noticed then, and not by a heartbeat that nobody answers.
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class KeptConnection:
    """What is known of the one connection."""

    def __init__(self) -> None:
        self._used_at: float | None = None
        self._seconds = _UNSAID_SECONDS
        self._own: tuple[Any, ...] = ()
        self._other: tuple[Any, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return self._used_at is not None

    @property
    def is_usable(self) -> bool:
        """Whether it can take a request: young enough, and from an address that is still ours."""
        if self._used_at is None:
            return False
        age = _now() - self._used_at
        return 0 <= age < self._seconds and _own_address(self._other) == self._own[0]

    def used(self, headers: Mapping[str, str], stream: Any) -> None:
        """Take note of an answer that has come whole; header names in lower case."""
        named = _TIMEOUT.search(headers.get("keep-alive", ""))
        self._seconds = float(named[1]) if named else _UNSAID_SECONDS
        try:
            self._own = stream.get_extra_info("client_addr")
            self._other = stream.get_extra_info("server_addr")
        except OSError:
            # Closed with its answer, as the server asked for.
            self.forget()
            return
        if not self.exists:
            _probe(stream.get_extra_info("socket"))
        self._used_at = _now()

    def forget(self) -> None:
        """It is closed."""
        self._used_at = None


def _probe(connection: socket.socket) -> None:
    # What a system does not know, it goes without: then only the next request finds out.
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            option = getattr(socket, name, None)
            if option is not None:
                connection.setsockopt(socket.IPPROTO_TCP, option, value)


def _now() -> float:
    # It goes on while a laptop sleeps. When it is set to another hour, one connection is new.
    return time.time()  # noqa: TID251


def _own_address(other: tuple[Any, ...]) -> str:
    """Return the address from which this device would reach *other* now; sends nothing."""
    family = socket.AF_INET6 if ":" in other[0] else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(other)
            return str(probe.getsockname()[0])
    except OSError:
        return ""
