"""What the server learns of the plugins in use: where each is from, and what it declares."""

from collections.abc import Iterator, Sequence

import msgspec

from wfhagent import __version__
from wfhagent.payload import DeclaredFact, PluginKind, PluginReport
from wfhagent.plugin import API_VERSION, Fact
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import collector_of
from wfhagent.plugins.entry import Entry
from wfhagent.plugins.source import Origin

MOST_REPORT_BYTES = 60 * 1024
"""Of all plugins together, as JSON; the server takes 64 KiB."""


def report_of(catalog: Catalog, transport: str) -> tuple[PluginReport, ...]:
    """Return a report of every plugin in use, by name; of transports only of *transport*."""
    used = [entry for entry in catalog.entries if not entry.problem]
    reports = [report for entry in used for report in _reports(catalog, entry, transport)]
    return _bounded(sorted(reports, key=lambda one: one.name))


def _reports(catalog: Catalog, entry: Entry, transport: str) -> Iterator[PluginReport]:
    kinds: list[tuple[PluginKind, str]] = [("collector", name) for name in entry.collectors]
    kinds += [("transport", name) for name in entry.transports if name == transport]
    kinds += [("calendar", name) for name in entry.calendars]
    for kind, name in kinds:
        report = PluginReport(
            name=name,
            kind=kind,
            origin=entry.origin,
            api=API_VERSION,
            version=__version__ if entry.origin is Origin.BUILT_IN else entry.version,
            sha256=catalog.sources[name].digest,
        )
        if kind == "collector":
            one = collector_of(catalog.collectors[name])
            report = msgspec.structs.replace(
                report,
                occasions=tuple(sorted(one.occasions)),
                facts=tuple(map(_declared, one.facts)),
            )
        yield report


def _declared(fact: Fact) -> DeclaredFact:
    return msgspec.convert(fact, DeclaredFact, from_attributes=True)


def _bounded(reports: Sequence[PluginReport]) -> tuple[PluginReport, ...]:
    """Return *reports*, the last ones without their facts where all are too much."""
    size, bounded = 0, []
    for report in reports:
        size += len(msgspec.json.encode(report))
        fits = size <= MOST_REPORT_BYTES
        bounded.append(report if fits else msgspec.structs.replace(report, facts=()))
    return tuple(bounded)
