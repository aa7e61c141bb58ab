"""Asks one plugin of an agent what it gives now, and says what is wrong with that."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from wfhagent.assembly import Assembly, require_collector
from wfhagent.clock import Clock
from wfhagent.collect.calendars import DAYS_AT_ONCE, Calendars
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.runner import CollectorRunner
from wfhagent.messages import _
from wfhagent.plugin import KNOWN_FACTS, Fact, Occasion
from wfhagent.plugin_tools.findings import Answers, Section
from wfhagent.plugin_tools.try_transport import try_transport
from wfhagent.plugins.declared import collector_of

_HINTS = {
    "gave nothing within": " Its time_limit_seconds may be 120 at most; for a heartbeat it is 2.",
    "MemoryError": " A collector may take 768 MiB.",
}


def ask_plugin(assembly: Assembly, name: str, clock: Clock, day: date | None) -> Answers:
    """Return what the collector, transport or calendar *name* of *assembly* gives.

    A calendar is asked for *day*, else today, and the days after it.

    Raises:
        PluginError: there is none of this name.
    """
    if name in assembly.catalog.calendars:
        return _ask_calendar(assembly, name, clock, day)
    if name in assembly.catalog.transports:
        return try_transport(assembly, name)
    require_collector(assembly.catalog, name)
    return _ask_collector(assembly, name, clock)


def _ask_collector(assembly: Assembly, name: str, clock: Clock) -> Answers:
    collector = collector_of(assembly.catalog.collectors[name])
    runner = CollectorRunner(assembly, clock=clock, token=lambda: "")
    sections = tuple(
        _section(runner.run(occasion, only=name), name, occasion)
        for occasion in sorted(collector.occasions)
    )
    return Answers(
        would_send=sections,
        problems=tuple(dict.fromkeys(_problems(sections))),
        notes=(*_untyped(collector.facts), *dict.fromkeys(_missing(collector.facts, sections))),
    )


def _section(facts: CollectedFacts, name: str, occasion: Occasion) -> Section:
    undeclared = facts.undeclared.get(name, ())
    return Section(
        occasion=occasion,
        facts={**facts.known, **facts.extra.get(name, {})},
        absent={key.removeprefix(f"{name}."): why for key, why in facts.absent.items()},
        attachments={
            key: f"{file.media_type}, {len(file.data):,} bytes"
            for key, file in facts.attachments.items()
        },
        undeclared=undeclared,
        failure="" if undeclared else facts.failures.get(name, ""),
    )


def _problems(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        if section.undeclared:
            text = _("It gives {facts} and does not declare it: dropped.")
            yield text.format(facts=", ".join(section.undeclared))
        if section.failure:
            hints = (hint for start, hint in _HINTS.items() if section.failure.startswith(start))
            text = _("It failed when it was asked: {reason}.{hint}")
            yield text.format(reason=section.failure, hint=next(hints, ""))


def _untyped(facts: Sequence[Fact]) -> Iterator[str]:
    text = _("{fact} has no type: it is shown as JSON, and is no column.")
    for fact in facts:
        if fact.type is None and fact.name not in KNOWN_FACTS:
            yield text.format(fact=fact.name)


def _missing(facts: Sequence[Fact], sections: Sequence[Section]) -> Iterator[str]:
    text = _("It declares {fact!r} and gives neither a value nor Absent with the reason.")
    for section in sections:
        given = {*section.facts, *section.absent, *section.attachments}
        for fact in facts:
            if not section.failure and fact.name not in given:
                yield text.format(fact=fact.name)


def _ask_calendar(assembly: Assembly, name: str, clock: Clock, day: date | None) -> Answers:
    calendars = Calendars(assembly, clock)
    first = clock.now().astimezone().date() if day is None else day
    off = calendars.week(name, first)
    if name in calendars.failing:
        text = _("It failed when it was asked: {reason}.{hint}")
        return Answers(problems=(text.format(reason=calendars.failing[name], hint=""),))
    days = [first + timedelta(days=number) for number in range(DAYS_AT_ONCE)]
    return Answers(days={each: off.get(each) for each in days})
