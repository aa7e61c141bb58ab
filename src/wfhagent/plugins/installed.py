"""Finds the plugins of installed distributions, and imports none of them."""

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

from wfhagent.plugins.entry import Entry
from wfhagent.plugins.first_party import FIRST_PARTY, distribution_of
from wfhagent.plugins.source import Origin, Source
from wfhagent.plugins.tree import read_tree

ENTRY_POINT_GROUP = "wfhagent"


def find_installed() -> Iterator[tuple[Entry, Source]]:
    """Yield each installed plugin, those that come with the agent first."""
    points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    for point in sorted(points, key=lambda point: (_is_third_party(point), point.name)):
        version = "" if point.dist is None else point.dist.version
        where = point.value if point.dist is None else point.dist.name
        third_party = _is_third_party(point)
        yield (
            Entry(name=point.name, origin=Origin.INSTALLED, where=where, version=version),
            Source(
                name=point.name,
                origin=Origin.INSTALLED,
                where=point.module,
                digest=_digest(point.module) if third_party else "",
                third_party=third_party,
            ),
        )


def _is_third_party(point: EntryPoint) -> bool:
    distribution = "" if point.dist is None else point.dist.name
    return not (
        point.name in FIRST_PARTY
        and distribution == distribution_of(point.name)
        and point.module == f"wfhagent_{point.name}"
    )


def _digest(module: str) -> str:
    """Return the hash of the files of *module*; empty when they cannot be found.

    Those of its outermost package: to look into that, Python would have to import it.
    """
    try:
        found = importlib.util.find_spec(module.partition(".")[0])
        if found is None:
            return ""
        folders = found.submodule_search_locations
        places = list(folders) if folders is not None else [found.origin or ""]
        return read_tree(Path(places[0])).digest
    except (ImportError, OSError, ValueError, IndexError):
        return ""
