"""From readings to the fields of a heartbeat or a detailed log. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wfhagent.collect.reading import Reading
from wfhagent.plugin import KNOWN_FACTS, Attachment


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What all collectors gave together.

    *known* are the facts with a field of their own, *extra* the others by plugin, *absent* the
    reasons for known facts that are missing, *attachments* the files by name, *failures* the
    sentence for each collector that gave nothing.
    """

    known: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def gather(readings: Mapping[str, Reading], declared: Mapping[str, frozenset[str]]) -> Gathered:
    """Return the readings, by collector name, sorted into fields.

    *declared* are the facts that each collector may give: a collector that failed explains why
    those are missing. Of two collectors that give the same known fact, the first is taken.
    """
    gathered = Gathered()
    for name, reading in readings.items():
        if reading.failure:
            gathered.failures[name] = reading.failure
            missing = dict.fromkeys(declared.get(name, ()), f"{name}: {reading.failure}")
        else:
            missing = dict(reading.absent)
        _take(gathered, name, reading)
        for fact, reason in missing.items():
            if fact in KNOWN_FACTS:
                gathered.absent.setdefault(fact, reason)
    for fact in gathered.known:
        gathered.absent.pop(fact, None)
    return gathered


def _take(gathered: Gathered, name: str, reading: Reading) -> None:
    for fact, value in reading.facts.items():
        if fact in KNOWN_FACTS:
            gathered.known.setdefault(fact, value)
        else:
            gathered.extra.setdefault(name, {})[fact] = value
    for attachment in reading.attachments:
        gathered.attachments.setdefault(attachment.name, attachment)
