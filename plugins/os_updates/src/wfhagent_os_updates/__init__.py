"""Collector `os_updates`: which updates of the operating system wait, and since when."""

import sys
from collections.abc import Callable
from pathlib import Path

from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Occasion,
    Personal,
    hookimpl,
)
from wfhagent.system.probe import is_file
from wfhagent_os_updates import apt, dnf, macos, windows

_WHY = "Security: known holes have to be closed in time"


class OsUpdates(Collector[Config]):
    """Off by default. It reads what the system has found already, and asks no server."""

    name = "os_updates"
    facts = (
        Fact(
            "pending",
            "How many updates of the operating system are not installed yet",
            _WHY,
            Personal.NO,
            type=FactType.INT,
            label="Pending updates",
        ),
        Fact(
            "security",
            "How many of them are for security",
            _WHY,
            Personal.NO,
            type=FactType.INT,
            label="Pending security updates",
        ),
        Fact(
            "restart_pending",
            "Whether an update takes effect only after a restart",
            _WHY,
            Personal.NO,
            type=FactType.BOOL,
            label="Restart pending",
        ),
        Fact(
            "last_installed",
            "When updates were last installed",
            _WHY,
            Personal.NO,
            type=FactType.TIME,
            label="Updates installed",
        ),
        Fact(
            "last_checked",
            "When the system last looked for updates",
            "Security: without a recent look, no pending updates means nothing",
            Personal.NO,
            type=FactType.TIME,
            label="Updates looked for",
        ),
    )
    # Updates wait for days, and counting them takes seconds.
    occasions = frozenset({Occasion.DETAILED_LOG})
    time_limit_seconds = 110.0

    def collect(self, context: Context) -> Facts:
        """Return the facts; each that the system does not know is absent with its reason."""
        reader = reader_of(sys.platform)
        if reader is None:
            reason = Absent("it is not known how to ask this system for its updates")
            return dict.fromkeys((fact.name for fact in self.facts), reason)
        return reader()


def reader_of(platform: str, root: Path = Path("/")) -> Callable[[], Facts] | None:
    """Return what reads the updates of *platform*, whose files are under *root*; None without."""
    if platform == "win32":
        return windows.read
    if platform == "darwin":
        return macos.read
    if is_file(root / "usr/bin/apt-get"):
        return apt.read
    if is_file(root / "usr/bin/dnf"):
        return dnf.read
    return None


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [OsUpdates]
