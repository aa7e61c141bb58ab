"""`wfhagent plugins`: every plugin found, where it came from, what it collects or why not."""

from dataclasses import asdict

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.host.catalog import Catalog, Entry


def plugins(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the plugins: where each came from and what it collects, or why it is not used."""
    catalog = assembled(context, config).catalog
    if as_json:
        typer.echo(msgspec.json.encode([asdict(entry) for entry in catalog.entries]).decode())
        return
    for entry in catalog.entries:
        typer.echo(_describe(entry, catalog))


def _describe(entry: Entry, catalog: Catalog) -> str:
    lines = [f"{entry.name} {entry.version}".rstrip() + f" ({entry.origin}, {entry.where})"]
    if entry.problem:
        return f"{lines[0]}\n  not used: {entry.problem}"
    for name in entry.collectors:
        collector = catalog.collectors[name]
        occasions = " and ".join(sorted(collector.occasions)).replace("_", " ")
        lines.append(f"  collects, for every {occasions}:")
        lines += [
            f"    {fact.name}: {fact.what}. {fact.why}. Personal: {fact.personal}."
            for fact in collector.facts
        ]
    lines += [f"  carries everything, as transport {name!r}" for name in entry.transports]
    return "\n".join(lines)
