"""How many connections a worker holds, and how long each may take to send a request.

nginx does this in a deployment. Here it is for a server that people reach directly: a client that
opens connections and sends nothing must not take them from the others.
"""

import asyncio
import logging
import sys
from collections.abc import Collection
from typing import Any, Final, Protocol

from wfhserver.metrics import Metrics

if sys.platform != "win32":
    import resource

log = logging.getLogger(__name__)

# As client_header_timeout in packaging/server/nginx.conf.
REQUEST_SECONDS: Final = 15.0
_SWEEP_SECONDS = 3.0
# A client that opens one connection after the other must not fill the journal.
_QUIET_SECONDS = 10.0
_DESCRIPTORS = 65_536
# For the database, files, and processes that decode and draw.
_RESERVED = 128
# So many make room at once: each connection beyond the limit must not look at all others.
_SHARE = 10


class Connection(Protocol):
    """A connection, as its protocol knows it."""

    request_since: float | None
    """When the wait for a complete request began; None while no request is awaited."""

    @property
    def is_idle(self) -> bool:
        """Whether no request is worked on."""

    def give_up(self) -> None:
        """Close, with an answer if a part of a request has come."""


class Connections:
    """Closes those of one worker that are slow, or too many."""

    def __init__(self, metrics: Metrics, limit: int) -> None:
        self._metrics = metrics
        self._limit = limit
        self._sweep: asyncio.TimerHandle | None = None
        self._quiet_until = 0.0
        self._all: Collection[Any] = ()

    def count(self) -> int:
        """Return how many are open, used or not."""
        return len(self._all)

    def add(self, new: Connection, all_of_them: Collection[Any]) -> None:
        """Take in *new*, which is among *all_of_them*; where they are too many, close others."""
        loop = asyncio.get_running_loop()
        self._all = all_of_them
        if self._sweep is None:
            self._sweep = loop.call_later(_SWEEP_SECONDS, self._close_slow, all_of_them)
        if len(all_of_them) <= self._limit:
            return
        idle = [each for each in all_of_them if each.is_idle and each is not new]
        idle.sort(key=lambda each: each.request_since or 0.0)
        closed = idle[: max(1, self._limit // _SHARE)] or [new]
        for each in closed:
            each.give_up()
        self._metrics.connections_closed(len(closed), "limit")
        if loop.time() >= self._quiet_until:
            self._quiet_until = loop.time() + _QUIET_SECONDS
            log.warning(
                "%d connections are open, the most that this worker takes. Idle ones are closed"
                " for new ones.",
                len(all_of_them),
            )

    def _close_slow(self, all_of_them: Collection[Any]) -> None:
        loop = asyncio.get_running_loop()
        latest = loop.time() - REQUEST_SECONDS
        slow = [
            each
            for each in all_of_them
            if each.is_idle and each.request_since is not None and each.request_since < latest
        ]
        for each in slow:
            each.give_up()
        if slow:
            self._metrics.connections_closed(len(slow), "slow_request")
            log.warning(
                "Closed %d connections that sent no whole request within %d seconds.",
                len(slow),
                REQUEST_SECONDS,
            )
        self._sweep = None
        if all_of_them:
            self._sweep = loop.call_later(_SWEEP_SECONDS, self._close_slow, all_of_them)


def raise_descriptor_limit() -> None:
    """Let this process open as many files as it may: usually it starts with 1,024."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _bounded(hard)
        if _bounded(soft) < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connection_limit() -> int:
    """Return how many connections this process can hold."""
    descriptors = _DESCRIPTORS
    if sys.platform != "win32":
        descriptors = _bounded(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return max(descriptors // 2, descriptors - _RESERVED)


def _bounded(limit: int) -> int:
    # No limit is -1.
    return min(limit, _DESCRIPTORS) if limit >= 0 else _DESCRIPTORS
