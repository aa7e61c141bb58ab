"""What is installed, in which version."""

import importlib.metadata
import platform
import re
import sys
from collections.abc import Iterator, Mapping

from wfhagent import __version__
from wfhagent.plugins.installed import ENTRY_POINT_GROUP
from wfhagent.system.compiled import compiled


def versions() -> Mapping[str, str]:
    """Return the versions of this program, of the system, and of what the agent is made of."""
    points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    ours = {"wfhagent", *(point.dist.name for point in points if point.dist is not None)}
    found = {
        "wfhagent": __version__,
        "system": platform.platform(),
        "python": sys.version,
        "compiled": str(compiled() is not None),
    }
    for name in sorted({*ours, *(needed for one in ours for needed in _requirements(one))}):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            # Of another system, or not named in a compiled program.
            continue
    return found


def _requirements(name: str) -> Iterator[str]:
    try:
        lines = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for line in lines:
        match = re.match(r"[\w.-]+", line)
        if match is not None:
            yield match[0]
