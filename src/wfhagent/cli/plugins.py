"""`wfhagent plugins`: lists every plugin, its origin, and what it collects or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.messages import N_, _
from wfhagent.plugin import Occasion
from wfhagent.plugin.allowed import Setting
from wfhagent.plugins.api_range import deprecation
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.claims import claimed_twice
from wfhagent.plugins.declared import (
    CollectorDeclaration,
    calendar_of,
    collector_of,
    transport_of,
)
from wfhagent.plugins.entry import Entry
from wfhagent.privacy.page import HOW_PERSONAL, ORIGINS
from wfhagent.status import read_status
from wfhagent.system.probe import is_folder

_COLLECTS = {
    frozenset[Occasion](): N_("collects nothing"),
    frozenset({Occasion.HEARTBEAT}): N_("collects for every heartbeat:"),
    frozenset({Occasion.DETAILED_LOG}): N_("collects for every detailed log:"),
    frozenset(Occasion): N_("collects for every heartbeat and detailed log:"),
}


def plugins(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the plugins: where each came from and what it collects, or why it is not used."""
    # What is wrong with a plugin is in the list.
    assembly = assembled(context, config, afresh=True, level="critical")
    catalog = assembly.catalog
    status = read_status(assembly.paths.status)
    failing = {} if status is None else status.failing
    if as_json:
        rows = [_row(entry, catalog, failing) for entry in catalog.entries]
        typer.echo(msgspec.json.encode(rows, order="sorted").decode())
        return
    for entry in catalog.entries:
        typer.echo("\n".join(_lines(entry, catalog, failing)))
    text = _("Drop-ins are loaded from {folder}.")
    if not is_folder(assembly.drop_ins):
        text = _("Drop-ins are loaded from {folder}, which does not exist yet.")
    typer.echo(text.format(folder=assembly.drop_ins.absolute()))


def _row(entry: Entry, catalog: Catalog, failing: Mapping[str, str]) -> Mapping[str, Any]:
    names = (*entry.collectors, *entry.transports, *entry.calendars)
    return {
        **asdict(entry),
        "declares": {
            "collectors": [collector_of(catalog.collectors[name]) for name in entry.collectors],
            "transports": [transport_of(catalog.transports[name]) for name in entry.transports],
            "calendars": [calendar_of(catalog.calendars[name]) for name in entry.calendars],
        },
        "failing": {name: failing[name] for name in names if name in failing},
    }


def _lines(entry: Entry, catalog: Catalog, failing: Mapping[str, str]) -> Iterator[str]:
    yield f"{entry.name} {entry.version}".rstrip() + f" ({_(ORIGINS[entry.origin])}, {entry.where})"
    if entry.problem:
        yield "  " + _("not used: {reason}").format(reason=_(entry.problem))
        return
    if soon := deprecation(entry.api):
        yield f"  {soon}"
    for twice in claimed_twice(catalog, entry.name):
        yield f"  {twice}"
    for name in entry.collectors:
        yield from _collector(collector_of(catalog.collectors[name]))
    for name in entry.transports:
        yield "  " + _("sends all data, as transport {name!r}").format(name=name)
        yield from _settings(name, transport_of(catalog.transports[name]).settings)
    for name in entry.calendars:
        text = _("provides days off, as calendar {name!r}: no detailed log is taken on them")
        yield f"  {text.format(name=name)}"
        yield from _settings(name, calendar_of(catalog.calendars[name]).settings)
    for name in (*entry.collectors, *entry.transports, *entry.calendars):
        if name in failing:
            yield "  " + _("last time: {reason}").format(reason=failing[name])


def _collector(collector: CollectorDeclaration) -> Iterator[str]:
    yield f"  {_(_COLLECTS[frozenset(collector.occasions)])}"
    for fact in collector.facts:
        personal = _("Personal: {how}.").format(how=_(HOW_PERSONAL[fact.personal]))
        yield f"    {fact.name}: {_(fact.what)}. {_(fact.why)}. {personal}"
    yield from _settings(collector.name, collector.settings)


def _settings(name: str, settings: tuple[Setting, ...]) -> Iterator[str]:
    if settings:
        yield "  " + _("settings in [plugins.{name}]:").format(name=name)
    for setting in settings:
        default = setting.default or _("required")
        yield f"    {setting.key} ({setting.allowed}; {default}): {setting.about}"
