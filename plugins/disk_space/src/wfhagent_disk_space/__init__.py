"""Collector `disk_space`: how large the system volume is, and how much of it is free."""

import os
import sys

from wfhagent.plugin import (
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


class DiskSpace(Collector[Config]):
    """Off by default. It asks for two numbers, and looks at no file."""

    name = "disk_space"
    facts = (
        Fact(
            "free",
            "Free space of the system volume",
            "Support: to act before the disk is full and updates fail",
            Personal.NO,
            type=FactType.BYTES,
            label="Free disk space",
        ),
        Fact(
            "total",
            "Size of the system volume",
            "Support: to know which disks are too small",
            Personal.NO,
            type=FactType.BYTES,
            label="Disk size",
        ),
    )
    # A disk fills up over days, so twice a day is often enough.
    occasions = frozenset({Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return both sizes."""
        volume = system_volume(sys.platform, os.environ.get("SYSTEMDRIVE", "C:"))
        return {
            "free": attempt(lambda: _usage(volume)[0]),
            "total": attempt(lambda: _usage(volume)[1]),
        }


def system_volume(platform: str, system_drive: str) -> str:
    r"""Return the root of the system volume on *platform*, such as `C:\`.

    On macOS `/` shares its space with the volume that holds the data of users.
    """
    return f"{system_drive}\\" if platform == "win32" else "/"


def _usage(volume: str) -> tuple[int, int]:
    """Return how many bytes of *volume* this user may still write, and how many it has."""
    import psutil  # noqa: PLC0415 -- needed twice a day

    usage = psutil.disk_usage(volume)
    return usage.free, usage.total


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [DiskSpace]
