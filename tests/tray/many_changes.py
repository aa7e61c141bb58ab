"""A process of its own: changes the state of an icon many times, and says what it cost.

usage: many_changes.py FOLDER CHANGES
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LinuxTray
from wfhagent.tray.session_bus import SessionBus
from wfhagent.tray.source import Source

STORIES: tuple[dict[str, Any], ...] = (
    {},
    {"problem": "no network", "queued_heartbeats": 3},
    {"problem": "Revoked.", "problem_code": "token_revoked"},
    {"outside_window": "detailed logs are taken from 08:00 to 22:00"},
    {"notice": "new", "notice_version": "v1"},
)
WARM_UP = 500


def main() -> None:
    """Print the memory and the handles after the warm-up and at the end, and the icons drawn."""
    folder, changes = Path(sys.argv[1]), int(sys.argv[2])
    clock = SystemClock()
    source = Source(file=folder / "status.json", clock=clock, commands=Commands([], []))
    with SessionBus() as bus:
        tray = LinuxTray(bus, source)
        before = (0, 0)
        for number in range(changes):
            write(folder, clock.now(), **STORIES[number % len(STORIES)])
            tray.look()
            while bus.wait(0):
                pass
            if number == WARM_UP:
                before = _cost()
        after = _cost()
    costs = {"before": before, "after": after, "drawn": tray.item.drawn}
    sys.stdout.write(json.dumps(costs))


def _cost() -> tuple[int, int]:
    """Return the resident memory in KiB, and the number of open files."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (resident,) = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(resident), len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main()
