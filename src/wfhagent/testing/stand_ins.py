"""Time, network and context as a test wants them."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wfhagent.clock import Clock
from wfhagent.plugin import Config, Context, Delivery, Occasion, Parcel, Server, Transport, Whereami
from wfhagent.plugin.folders import Folders

LOOPBACK = Server(url="https://127.0.0.1:8443")
"""A server that nobody is."""
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""


class StaticClock(Clock):
    """A clock that stops until `advance` is called or somebody waits on it."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._elapsed = 0.0
        self._skew: timedelta | None = None

    def now(self) -> datetime:
        return self._now

    def elapsed(self) -> float:
        return self._elapsed

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        if not wakeup.is_set():
            self.advance(seconds)
        return wakeup.is_set()

    def observe(self, server_time: datetime) -> None:
        self._skew = self._now - server_time
        self._now = server_time

    def skew(self) -> timedelta | None:
        return self._skew

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds


class FakeTransport(Transport[Config]):
    """Keeps every parcel in `parcels` and answers with what `answer` makes of it."""

    name = "fake"

    def __init__(
        self, answer: Callable[[Parcel], Delivery] = lambda _: Delivery(status=200)
    ) -> None:
        super().__init__(Config(), LOOPBACK)
        self.parcels: list[Parcel] = []
        self.answer = answer

    def send(self, parcel: Parcel) -> Delivery:
        self.parcels.append(parcel)
        return self.answer(parcel)


def folders_in(folder: Path) -> Folders:
    """Return the folders of one collector, which are in *folder*."""
    return Folders(*(folder / kind / "plugin" / "collector" for kind in ("state", "cache")))


def make_context(
    occasion: Occasion = Occasion.DETAILED_LOG,
    *,
    now: datetime = NOW,
    whereami: Whereami | None = None,
    server_url: str = LOOPBACK.url,
    may_ask: bool = False,
    folder: Path | None = None,
) -> Context:
    """Return a context as the agent makes it, with *whereami* as the server's answer.

    With *folder*, such as pytest's `tmp_path`, it has `state` and `cache`, which are in there.
    """
    answer = whereami if whereami is not None else Whereami()
    return Context(
        occasion=occasion,
        now=now,
        server_url=server_url,
        log=logging.getLogger("wfhagent.testing"),
        ask_whereami=lambda: answer,
        may_ask=may_ask,
        folders=None if folder is None else folders_in(folder),
    )
