"""What a plugin says of itself, and what is wrong with it."""

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeGuard

import msgspec

from wfhagent.plugin import Calendar, Collector, Config, Fact, Occasion, Transport
from wfhagent.plugin.allowed import Setting, settings_of
from wfhagent.plugins.fact_problems import problems_of_fact
from wfhagent.plugins.reserved import RESERVED

MOST_FACTS = 100
"""Of one collector: each is a sentence that the employee reads."""
LONGEST_TIME_LIMIT_SECONDS = 120.0
"""A log waits for its slowest collector."""


class CollectorDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """A collector without its code; the attributes are those of its class."""

    name: str
    about: str
    facts: tuple[Fact, ...]
    occasions: frozenset[Occasion]
    time_limit_seconds: float
    settings: tuple[Setting, ...]


class TransportDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """A transport without its code. One with *own_destination* may not send to `[server] url`."""

    name: str
    about: str
    settings: tuple[Setting, ...]
    own_destination: bool = False


class CalendarDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar without its code."""

    name: str
    about: str
    time_limit_seconds: float
    settings: tuple[Setting, ...]


AnyCollector = type[Collector[Any]] | CollectorDeclaration
AnyPlugin = (
    AnyCollector
    | type[Transport[Any]]
    | TransportDeclaration
    | type[Calendar[Any]]
    | CalendarDeclaration
)
"""A plugin's class, or what its declaration says where the class is in child processes only."""


def collects(one: AnyPlugin) -> TypeGuard[AnyCollector]:
    """Tell whether *one* is a collector."""
    if isinstance(one, type):
        return issubclass(one, Collector)
    return isinstance(one, CollectorDeclaration)


def declare_collector(collector: type[Collector[Any]]) -> CollectorDeclaration:
    """Return what *collector* declares."""
    return CollectorDeclaration(
        name=collector.name,
        about=_about(collector),
        facts=collector.facts,
        occasions=frozenset(collector.occasions),
        time_limit_seconds=collector.time_limit_seconds,
        settings=settings_of(collector.config_type),
    )


def declare_transport(transport: type[Transport[Any]]) -> TransportDeclaration:
    """Return what *transport* declares."""
    return TransportDeclaration(
        name=transport.name,
        about=_about(transport),
        settings=settings_of(transport.config_type),
        own_destination=transport.destination is not Transport.destination,
    )


def declare_calendar(calendar: type[Calendar[Any]]) -> CalendarDeclaration:
    """Return what *calendar* declares."""
    return CalendarDeclaration(
        name=calendar.name,
        about=_about(calendar),
        time_limit_seconds=calendar.time_limit_seconds,
        settings=settings_of(calendar.config_type),
    )


def collector_of(one: AnyCollector) -> CollectorDeclaration:
    """Return what a collector declares, whether its class is here or not."""
    return declare_collector(one) if isinstance(one, type) else one


def transport_of(one: type[Transport[Any]] | TransportDeclaration) -> TransportDeclaration:
    """Return what a transport declares, whether its class is here or not."""
    return declare_transport(one) if isinstance(one, type) else one


def calendar_of(one: type[Calendar[Any]] | CalendarDeclaration) -> CalendarDeclaration:
    """Return what a calendar declares, whether its class is here or not."""
    return declare_calendar(one) if isinstance(one, type) else one


def _about(one: type[Any]) -> str:
    """Return the first line of the class's own docstring."""
    return inspect.cleandoc(one.__doc__ or "").partition("\n")[0]


def problems_of(one: type[Any]) -> list[str]:
    """Return what is wrong with a collector, transport or calendar class; no full stops."""
    problems = list(_problems_of_any(one))
    if issubclass(one, Collector):
        problems += _problems_of_facts(one)
        if not one.occasions or not set(one.occasions) <= set(Occasion):
            problems.append(
                f"{one.__name__}.occasions must be a set of Occasion, not empty: "
                "{Occasion.DETAILED_LOG}"
            )
    if issubclass(one, Collector | Calendar):
        limit: Any = one.time_limit_seconds
        if not isinstance(limit, int | float) or not 0 < limit <= LONGEST_TIME_LIMIT_SECONDS:
            problems.append(
                f"{one.__name__}.time_limit_seconds must be above 0 and at most "
                f"{LONGEST_TIME_LIMIT_SECONDS:g}"
            )
    return problems


def _problems_of_any(one: type[Any]) -> Iterator[str]:
    if inspect.isabstract(one):
        yield f"{one.__name__} does not define {', '.join(sorted(one.__abstractmethods__))}"
    name = getattr(one, "name", "")
    if not isinstance(name, str) or not name.isidentifier():
        yield f"{one.__name__}.name is {name!r}; it must be a name such as 'docking_station'"
    elif name in RESERVED:
        yield (
            f"{one.__name__}.name is {name!r}, which is a key of [plugins] in agent.toml; take "
            "another name"
        )
    config_type = one.config_type
    if not (inspect.isclass(config_type) and issubclass(config_type, Config)):
        yield f"{one.__name__} must be configured by a subclass of Config"


def _problems_of_facts(collector: type[Collector[Any]]) -> Iterator[str]:
    facts: Any = collector.facts
    if not isinstance(facts, tuple) or not all(isinstance(fact, Fact) for fact in facts):
        yield f"{collector.__name__}.facts must be a tuple of Fact: (Fact(…),)"
        return
    if not facts:
        yield f"{collector.__name__}.facts is empty: declare what it collects"
    if len(facts) > MOST_FACTS:
        yield f"{collector.__name__}.facts are {len(facts)}; a collector may have {MOST_FACTS}"
    for fact in facts:
        for problem in problems_of_fact(fact):
            yield f"{collector.__name__}.facts: {fact.name!r} {problem}"
    for name, count in Counter(fact.name for fact in facts).items():
        if count > 1:
            yield f"{collector.__name__}.facts has {name!r} twice"
