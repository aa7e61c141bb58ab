"""Collector `disk_encryption`: whether the system volume is encrypted, and by what."""

import sys
from collections.abc import Callable

from wfhagent.plugin import (
    Absent,
    AbsentError,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Occasion,
    Personal,
    attempt,
    hookimpl,
)
from wfhagent_disk_encryption import linux, macos, windows
from wfhagent_disk_encryption.protection import METHODS, Protection

READERS: dict[str, Callable[[], Protection]] = {
    "linux": linux.read,
    "darwin": macos.read,
    "win32": windows.read,
}
"""What knows the system volume, by `sys.platform`."""


class DiskEncryption(Collector[Config]):
    """Off by default. It asks the system for the state of its volume, and reads no key."""

    name = "disk_encryption"
    facts = (
        Fact(
            "encrypted",
            "Whether the system volume is encrypted, and nobody can read it without its key",
            "Security: a lost laptop must not give its data away",
            Personal.NO,
            type=FactType.BOOL,
            label="Disk encrypted",
        ),
        Fact(
            "method",
            "What the system volume is encrypted with",
            "Security: to know where its recovery key is kept",
            Personal.NO,
            type=FactType.CHOICE,
            label="Disk encryption",
            choices=METHODS,
        ),
    )
    # It changes about once in the life of a laptop, so no heartbeat needs it.
    occasions = frozenset({Occasion.DETAILED_LOG})
    time_limit_seconds = 40.0

    def collect(self, context: Context) -> Facts:
        """Return both facts, or why there are none."""
        found = attempt(lambda: _read(sys.platform))
        if isinstance(found, Absent):
            return {"encrypted": found, "method": found}
        return {"encrypted": found.encrypted, "method": found.method}


def _read(platform: str) -> Protection:
    if platform not in READERS:
        raise AbsentError("it is not known how to ask this system")
    return READERS[platform]()


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [DiskEncryption]
