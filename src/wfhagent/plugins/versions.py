"""Which versions of third-party plugins an agent has in use, and how another start would differ."""

from collections.abc import Iterator, Mapping, Sequence

from wfhagent.messages import _
from wfhagent.plugins.catalog import Catalog
from wfhagent.status import PluginVersion


def versions_in(catalog: Catalog) -> tuple[PluginVersion, ...]:
    """Return the third-party plugins in use, by name."""
    found = (_version(catalog, entry.name) for entry in catalog.entries if not entry.problem)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))


def _version(catalog: Catalog, name: str) -> PluginVersion | None:
    entry = next(one for one in catalog.entries if one.name == name and not one.problem)
    names = (*entry.collectors, *entry.transports, *entry.calendars)
    sources = [catalog.sources[one] for one in names]
    if not sources or not sources[0].third_party:
        return None
    return PluginVersion(name=name, version=entry.version, sha256=sources[0].digest)


def pending(running: Sequence[PluginVersion], installed: Sequence[PluginVersion]) -> list[str]:
    """Return what a restart of the agent would change, one sentence per plugin."""
    before, after = _by_name(running), _by_name(installed)
    return list(_differences(before, after))


def _differences(
    before: Mapping[str, PluginVersion], after: Mapping[str, PluginVersion]
) -> Iterator[str]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield _("{plugin} is installed, and is used after a restart").format(plugin=new.shown)
        elif new is None and old is not None:
            yield _("{plugin} is not used any more after a restart").format(plugin=old.shown)
        elif old is not None and new is not None and old.sha256 != new.sha256:
            yield _("{old} is running, {new} is installed and used after a restart").format(
                old=old.shown_with_hash, new=new.shown_with_hash
            )


def _by_name(plugins: Sequence[PluginVersion]) -> Mapping[str, PluginVersion]:
    return {one.name: one for one in plugins}
