"""PUBLIC: the plugin author's test kit."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

from wfhagent.clock import Clock
from wfhagent.collect.reading import read
from wfhagent.errors import PluginError
from wfhagent.host.declared import problems_of
from wfhagent.host.registered import registered
from wfhagent.plugin import (
    Collector,
    Config,
    Context,
    Delivery,
    Occasion,
    Parcel,
    Server,
    Transport,
    Whereami,
)

LOOPBACK = Server(url="https://127.0.0.1:8443")


class StaticClock(Clock):
    """A clock that stands still until `advance` is called or somebody waits on it."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
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


def make_context(
    occasion: Occasion = Occasion.DETAILED_LOG,
    *,
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    whereami: Whereami | None = None,
    server_url: str = LOOPBACK.url,
) -> Context:
    """Return a context as the agent makes it, with *whereami* as the server's answer."""
    answer = whereami if whereami is not None else Whereami()
    return Context(
        occasion=occasion,
        now=now,
        server_url=server_url,
        log=logging.getLogger("wfhagent.testing"),
        ask_whereami=lambda: answer,
    )


def check_collector(collector: type[Collector[Config]]) -> list[str]:
    """Return what is wrong with the declarations of *collector*, one sentence each."""
    return problems_of(collector)


def check_plugin(module: ModuleType) -> list[str]:
    """Return what the agent would refuse or drop of the plugin *module*, one sentence each.

    Its collectors are asked once for each of their occasions, with the configuration that they
    have by default, in this process: a plugin's test fails where the agent would lose facts.
    """
    try:
        found = registered(module, module.__name__)
    except PluginError as error:
        return [str(error)]
    return [problem for one in found.collectors for problem in _check_answers(one)]


def _check_answers(collector: type[Collector[Config]]) -> list[str]:
    try:
        config = collector.config_type()
    except TypeError as error:
        return [f"{collector.config_type.__name__}: every key needs a default ({error})"]
    problems = []
    for occasion in sorted(collector.occasions):
        reading = read(collector(config), make_context(occasion))
        if reading.failure:
            problems.append(f"{collector.__name__}.collect: {reading.failure}")
        problems += [
            f"{collector.__name__} gives {name} and does not declare it: it would be dropped"
            for name in reading.undeclared
        ]
    return problems
