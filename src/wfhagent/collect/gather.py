"""From readings to the fields of a heartbeat or a detailed log. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from wfhagent.collect.reading import Reading
from wfhagent.plugin import KNOWN_FACTS, Attachment

MOST_EXTRA_BYTES = 60 * 1024
"""Of the further facts of all collectors, as JSON, and of all reasons; the server takes 64 KiB."""


@dataclass(kw_only=True, slots=True)
class CollectedFacts:
    """What all collectors gave together.

    *known* are the facts with a field of their own, *extra* the others by plugin, *absent* the
    reasons for those that are missing (`local_ip`, `battery.percent`), *attachments* the files by
    name, *failures* one
    sentence for each collector that gave nothing or more than it may. *undeclared* are the names
    of what was dropped because it is not declared, by collector.
    """

    known: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    undeclared: dict[str, tuple[str, ...]] = field(default_factory=dict)


def gather(
    readings: Mapping[str, Reading], declared: Mapping[str, frozenset[str]]
) -> CollectedFacts:
    """Return the readings, by collector name, sorted into fields.

    *declared* are the facts that each collector may give: a collector that failed explains why
    those are missing. Of two collectors that give the same known fact, the first is taken.
    """
    facts = CollectedFacts()
    for name, reading in readings.items():
        if reading.failure:
            facts.failures[name] = reading.failure
            missing = dict.fromkeys(declared.get(name, ()), f"{name}: {reading.failure}")
        else:
            missing = dict(reading.absent)
        if reading.undeclared:
            facts.undeclared[name] = reading.undeclared
            # The names themselves may be what must not travel.
            facts.failures[name] = (
                f"{len(reading.undeclared)} of what it gave was dropped, for it is not declared; "
                "`wfhagent preview` names it"
            )
        _take(facts, name, reading)
        for fact, reason in missing.items():
            if fact in KNOWN_FACTS:
                facts.absent.setdefault(fact, reason)
            elif fact in reading.absent:
                # Of a collector that failed as a whole, `failures` says it.
                facts.absent[f"{name}.{fact}"] = reason
    for fact in facts.known:
        facts.absent.pop(fact, None)
    _bound_extra(facts)
    _bound_absent(facts)
    return facts


def _bound_extra(facts: CollectedFacts) -> None:
    """Drop the further facts that are too much, those of the last collectors first."""
    size = 0
    for name, values in list(facts.extra.items()):
        size += len(msgspec.json.encode({name: values}))
        if size > MOST_EXTRA_BYTES:
            del facts.extra[name]
            facts.failures[name] = (
                f"all collectors together gave more than {MOST_EXTRA_BYTES:,} bytes of facts"
            )


def _bound_absent(facts: CollectedFacts) -> None:
    """Drop the reasons that are too much; those of further facts come last."""
    size = 0
    for fact in sorted(facts.absent, key=lambda fact: fact not in KNOWN_FACTS):
        size += len(msgspec.json.encode({fact: facts.absent[fact]}))
        if size > MOST_EXTRA_BYTES:
            del facts.absent[fact]


def _take(facts: CollectedFacts, name: str, reading: Reading) -> None:
    for fact, value in reading.facts.items():
        if fact in KNOWN_FACTS:
            facts.known.setdefault(fact, value)
        else:
            facts.extra.setdefault(name, {})[fact] = value
    for attachment in reading.attachments:
        facts.attachments.setdefault(attachment.name, attachment)
