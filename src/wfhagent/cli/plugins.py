"""`wfhagent plugins`: every plugin found, where it came from, what it collects or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.plugins.allowed import Setting
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import (
    CollectorDeclaration,
    calendar_of,
    collector_of,
    transport_of,
)
from wfhagent.plugins.entry import Entry
from wfhagent.status import read_status
from wfhagent.system.probe import is_folder


def plugins(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the plugins: where each came from and what it collects, or why it is not used."""
    # What is wrong with a plugin stands in the list.
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
    there = "" if is_folder(assembly.drop_ins) else ", which is not there yet"
    typer.echo(f"Drop-ins are taken from {assembly.drop_ins.absolute()}{there}.")


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
    yield f"{entry.name} {entry.version}".rstrip() + f" ({entry.origin}, {entry.where})"
    if entry.problem:
        yield f"  not used: {entry.problem}"
        return
    for name in entry.collectors:
        yield from _collector(collector_of(catalog.collectors[name]))
    for name in entry.transports:
        yield f"  carries everything, as transport {name!r}"
        yield from _settings(name, transport_of(catalog.transports[name]).settings)
    for name in entry.calendars:
        yield f"  knows days off, as calendar {name!r}: no detailed log is taken on them"
        yield from _settings(name, calendar_of(catalog.calendars[name]).settings)
    for name in (*entry.collectors, *entry.calendars):
        if name in failing:
            yield f"  last time: {failing[name]}"


def _collector(collector: CollectorDeclaration) -> Iterator[str]:
    occasions = " and ".join(sorted(collector.occasions)).replace("_", " ")
    yield f"  collects, for every {occasions}:"
    for fact in collector.facts:
        yield f"    {fact.name}: {fact.what}. {fact.why}. Personal: {fact.personal}."
    yield from _settings(collector.name, collector.settings)


def _settings(name: str, settings: tuple[Setting, ...]) -> Iterator[str]:
    if settings:
        yield f"  is set by [plugins.{name}]:"
    for setting in settings:
        default = setting.default or "must be given"
        yield f"    {setting.key} ({setting.allowed}; {default}): {setting.about}"
