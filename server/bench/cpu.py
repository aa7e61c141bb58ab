"""CPU time of processes, which others on the machine stretch less than they do the clock's."""

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """Return what *root*, its living descendants and its ended children have used."""
    parents, used, ended = {}, {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # It has ended since.
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid] = int(fields[1])
            used[pid] = int(fields[11]) + int(fields[12])
            ended[pid] = int(fields[13]) + int(fields[14])
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return (sum(used.get(pid, 0) for pid in family) + ended[root]) / TICKS
