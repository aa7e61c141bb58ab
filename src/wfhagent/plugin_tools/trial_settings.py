"""What `plugin check --set` puts into agent.toml, and into which tables of a plugin."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.plugins.dropin import check_shape
from wfhagent.plugins.examiner import Examiner
from wfhagent.plugins.source import Origin, Source
from wfhagent.plugins.tree import read_tree

Lines = Mapping[str, Sequence[str]]
"""Lines of TOML by the name of their table, which is that of a collector, transport or calendar."""


def trial_tables(path: Path, program: Sequence[str], lines: Sequence[str]) -> Lines:
    """Return *lines*, such as `least = 5`, by the tables of the plugin at *path*.

    A line goes into each table that has its key, or into the one that it names: `battery.least = 5`
    is for the table of `battery`. A key that no table has goes into the first, which refuses it.
    """
    if not lines:
        return {}
    keys = _declared_keys(path, program) or {path.stem: frozenset()}
    tables: dict[str, list[str]] = {}
    for line in lines:
        key = line.partition("=")[0].strip()
        name, _dot, rest = key.partition(".")
        if rest and name in keys:
            tables.setdefault(name, []).append(line.strip()[len(name) + 1 :])
            continue
        # What has dots is a table in the setting.
        having = [one for one in keys if name in keys[one]]
        for one in having or list(keys)[:1]:
            tables.setdefault(one, []).append(line)
    return tables


def _declared_keys(path: Path, program: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return the keys of each table of the plugin; nothing of one that the agent refuses."""
    try:
        check_shape(path.stem, path)
    except PluginError:
        return {}
    source = Source(
        name=path.stem, origin=Origin.DROP_IN, where=str(path), digest=read_tree(path).digest
    )
    (found,) = Examiner(program=program, tables={}, config_file=Path("agent.toml")).examine(
        [source]
    )
    return {one.name: frozenset(each.key for each in one.settings) for one in found.declarations()}
