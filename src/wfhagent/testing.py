"""PUBLIC: the plugin author's test kit."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

import msgspec

from wfhagent.clock import Clock
from wfhagent.plugin import (
    Absent,
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

HOOKS = frozenset({"register_collectors", "register_transports"})
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
    problems = []
    if not getattr(collector, "name", "").isidentifier():
        problems.append(f"{collector.__name__}.name must be a Python identifier")
    if not collector.facts:
        problems.append(f"{collector.__name__}.facts is empty: declare what it collects")
    if not collector.occasions:
        problems.append(f"{collector.__name__}.occasions is empty: it would never be asked")
    problems += [
        f"{collector.__name__}.facts: {fact.name!r} needs a sentence for {key!r}"
        for fact in collector.facts
        for key in ("what", "why")
        if not getattr(fact, key).strip()
    ]
    if collector.time_limit_seconds <= 0:
        problems.append(f"{collector.__name__}.time_limit_seconds must be above 0")
    names = [fact.name for fact in collector.facts]
    problems += [
        f"{collector.__name__}.facts has {name!r} twice"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    return problems


def check_plugin(module: ModuleType) -> list[str]:
    """Return what the agent would refuse or drop of the plugin *module*, one sentence each.

    Its collectors are asked once for each of their occasions, with the configuration that they
    have by default, in this process: a plugin's test fails where the agent would lose facts.
    """
    hooks = {name: hook for name, hook in vars(module).items() if name.startswith("register_")}
    problems = [
        f"{module.__name__}.{name} is no hook; there are {' and '.join(sorted(HOOKS))}"
        for name in sorted(set(hooks) - HOOKS)
    ]
    if not HOOKS & set(hooks):
        problems.append(f"{module.__name__} has no hook: it registers nothing")
    problems += [
        f"{module.__name__}.{name} is not marked with @hookimpl"
        for name in sorted(HOOKS & set(hooks))
        if not hasattr(hooks[name], "wfhagent_impl")
    ]
    if "register_collectors" in hooks:
        for collector in hooks["register_collectors"]():
            problems += check_collector(collector) or _check_answers(collector)
    return problems


def _check_answers(collector: type[Collector[Config]]) -> list[str]:
    try:
        config = collector.config_type()
    except TypeError as error:
        return [f"{collector.config_type.__name__}: every key needs a default ({error})"]
    declared = {fact.name for fact in collector.facts}
    problems = []
    for occasion in sorted(collector.occasions):
        try:
            given = collector(config).collect(make_context(occasion))
            msgspec.json.encode({n: v for n, v in given.items() if not isinstance(v, Absent)})
        except Exception as error:  # noqa: BLE001 -- the border to other people's code
            problems.append(f"{collector.__name__}.collect: {type(error).__name__}: {error}")
            continue
        problems += [
            f"{collector.__name__} gives {name!r} and does not declare it: it would be dropped"
            for name in sorted(set(given) - declared)
        ]
    return problems
