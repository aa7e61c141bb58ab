"""Everything that leaves the device with the configuration in force, as one value."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from wfhagent import __version__
from wfhagent.assembly import Assembly
from wfhagent.messages import N_
from wfhagent.notice.policy import Notice, current_notice
from wfhagent.notice.sentences import sentences, server_keeps
from wfhagent.payload import Enrollment
from wfhagent.plugin import Fact, Occasion
from wfhagent.plugins.declared import CollectorDeclaration, collector_of, transport_of
from wfhagent.plugins.source import Origin
from wfhagent.privacy import core

SET = N_("set in agent.toml")


class Datum(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is sent: *by* is the collector, or `wfhagent`; *sent_with* what carries it."""

    name: str
    what: str
    why: str
    personal: str
    risk: str
    guard: str
    by: str
    sent_with: tuple[str, ...]


class Collecting(msgspec.Struct, frozen=True, kw_only=True):
    """One collector: where its code is from, and its settings in force as people may see them."""

    name: str
    about: str
    origin: str
    where: str
    settings: Mapping[str, str]


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, when, where to, how long it is kept, and what guards it."""

    version: str
    server: str
    transport: str
    transport_about: str
    heartbeat_seconds: float
    only_in_working_hours: bool
    start: str
    end: str
    working_days: tuple[str, ...]
    time_zone: str
    keep_days: int
    server_keeps: str
    token_in_keyring: bool
    drop_ins_limited: bool
    data: tuple[Datum, ...]
    collectors: tuple[Collecting, ...]
    calendars: tuple[str, ...]
    notice: Notice | None
    sentences: tuple[str, ...]
    unused: Mapping[str, str]


def take_inventory(assembly: Assembly) -> Inventory:
    """Return what *assembly* sends."""
    settings, catalog = assembly.settings, assembly.catalog
    notice = current_notice(assembly)
    collectors = [collector_of(one) for one in catalog.collectors.values()]
    return Inventory(
        version=__version__,
        server=assembly.destination(),
        transport=settings.agent.transport,
        transport_about=_transport_about(assembly),
        heartbeat_seconds=settings.heartbeat.interval_seconds,
        only_in_working_hours=settings.heartbeat.only_in_working_hours,
        start=settings.detailed_log.start,
        end=settings.detailed_log.end,
        working_days=settings.detailed_log.working_days,
        time_zone=settings.detailed_log.time_zone,
        keep_days=settings.outbox.keep_days,
        server_keeps=server_keeps(assembly.server_retention_days()),
        token_in_keyring=settings.agent.keyring,
        drop_ins_limited=bool(settings.plugins.trusted or settings.plugins.trusted_keys),
        data=(*_of_core(), *data_of(collectors)),
        collectors=tuple(_collecting(one, assembly) for one in collectors),
        calendars=tuple(catalog.calendars),
        notice=notice if notice.words else None,
        sentences=tuple(sentences(assembly)),
        unused={entry.name: entry.problem for entry in catalog.entries if entry.problem},
    )


def _transport_about(assembly: Assembly) -> str:
    found = assembly.catalog.transports.get(assembly.settings.agent.transport)
    return "" if found is None else transport_of(found).about


def _of_core() -> Iterator[Datum]:
    for carrier, facts in (
        ("enrollment", core.ENROLLMENT),
        ("heartbeat", core.HEARTBEAT),
        ("heartbeat", core.HEALTH),
        ("detailed log", core.DETAILED_LOG),
    ):
        prefix = "health." if facts is core.HEALTH else ""
        for fact in facts:
            yield _datum(fact, by="wfhagent", sent_with=(carrier,), prefix=prefix)


def data_of(collectors: Iterable[CollectorDeclaration]) -> Iterator[Datum]:
    """Yield all facts of *collectors*."""
    for one in collectors:
        carriers = [occasion.replace("_", " ") for occasion in sorted(one.occasions, reverse=True)]
        for fact in one.facts:
            # The names are part of the enrollment, too.
            enrolls = (
                fact.name in Enrollment.__struct_fields__ and Occasion.HEARTBEAT in one.occasions
            )
            sent_with = ("enrollment", *carriers) if enrolls else tuple(carriers)
            yield _datum(fact, by=one.name, sent_with=sent_with)


def _datum(fact: Fact, *, by: str, sent_with: tuple[str, ...], prefix: str = "") -> Datum:
    return Datum(
        name=prefix + fact.name,
        what=fact.what,
        why=fact.why,
        personal=str(fact.personal),
        risk=fact.risk,
        guard=fact.guard,
        by=by,
        sent_with=sent_with,
    )


def _collecting(one: CollectorDeclaration, assembly: Assembly) -> Collecting:
    source = assembly.catalog.sources[one.name]
    return Collecting(
        name=one.name,
        about=one.about,
        origin=str(source.origin),
        where=source.where if source.origin is Origin.DROP_IN else "",
        settings=_settings(one, assembly),
    )


def _settings(one: CollectorDeclaration, assembly: Assembly) -> Mapping[str, str]:
    """Return each setting's value in force; a text may be a secret, and is not shown."""
    table: Mapping[str, Any] = assembly.settings.plugin_tables.get(one.name, {})
    shown: dict[str, str] = {}
    for setting in one.settings:
        value = table.get(setting.key)
        if value is None:
            shown[setting.key] = setting.default
        elif isinstance(value, int | float) or setting.allowed.startswith("one of "):
            shown[setting.key] = msgspec.json.encode(value).decode()
        else:
            shown[setting.key] = SET
    return shown
