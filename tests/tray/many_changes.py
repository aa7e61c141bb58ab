"""A separate process that changes the state of an icon many times and prints the costs.

usage: many_changes.py FOLDER CHANGES PID-OF-THE-DISPLAY
"""

import gc
import json
import os
import selectors
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from tests.tray.statuses import status, write

from wfhagent.clock import SystemClock
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.desktop.x11.box import Box
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LOOK_SECONDS, LinuxTray
from wfhagent.tray.source import Source
from wfhagent.tray.xembed.tray import XembedTray

STORIES: tuple[dict[str, Any], ...] = (
    {},
    {"problem": "no network", "queued_heartbeats": 3},
    {"problem": "Revoked.", "problem_code": "token_revoked"},
    {"outside_window": "detailed logs are taken from 08:00 to 22:00"},
    {"notice": "new", "notice_version": "v1"},
)
WARM_UP = 500
MENU_EVERY = 50
LONGER_THAN_ANY = 4096


class SkippingClock(SystemClock):
    """A clock that can also be advanced."""

    skipped = 0.0

    def elapsed(self) -> float:
        return super().elapsed() + self.skipped


class Skipping(selectors.DefaultSelector):
    """Waits for nothing: where nothing is there, time passes at once. *waits* says how often."""

    def __init__(self, clock: SkippingClock, real: selectors.BaseSelector) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._clock = clock
        self._real = real

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = self._real.select(0)
        self.waits.append(round(timeout or 0.0))
        if not found:
            self._clock.skipped += timeout or 0.0
        return found


def main() -> None:
    """Print the costs after the warm-up and at the end, the icons drawn, and the last waits."""
    folder, changes = Path(sys.argv[1]), int(sys.argv[2])
    clock = SkippingClock()
    file = folder / "status.json"
    source = Source(file=file, clock=clock, commands=Commands([], []))
    write(folder, clock.now())
    with ServingBus() as bus, file.open("r+b", buffering=0) as status_file:
        tray = LinuxTray(bus, source)
        tray.look()
        embedded = tray.embedded
        assert embedded is not None
        while not embedded.dock.is_docked:
            embedded.pump()
            bus.wait(0.05)
        written = _stories(clock)
        before: Sequence[tuple[int, int]] = ()
        for number in range(1, changes + 1):
            # Not in the agent's own way: its file names would be what grows here, and a disk
            # that is busy what is waited for.
            os.pwrite(status_file.fileno(), written[number % len(written)], 0)
            tray.look()
            embedded.pump()
            while bus.wait(0):
                pass
            if number % MENU_EVERY == 0:
                written = _stories(clock)
                embedded._open(Box(0, 0, 22, 22), 0)
                embedded.pump()
                embedded._popup._end(None)
            if number % WARM_UP == 0:
                # What waits for Python to look for it has an end, and hides what has none.
                gc.collect()
            if number == WARM_UP:
                before = _costs()
        after = _costs()
        drawn = tray.item.drawn, embedded.dock.drawn
        waits = _waits(tray, embedded, bus, clock)
    sys.stdout.write(json.dumps({"before": before, "after": after, "drawn": drawn, "waits": waits}))


def _stories(clock: SkippingClock) -> list[bytes]:
    texts = [msgspec.json.encode(status(clock.now(), **story)) for story in STORIES]
    return [text.ljust(LONGER_THAN_ANY) for text in texts]


def _waits(
    tray: LinuxTray, embedded: XembedTray, bus: ServingBus, clock: SkippingClock
) -> list[float]:
    """Return for how long the icon sleeps, each time, in a minute in which nothing happens."""
    for _ in range(3):
        embedded.pump()
        while bus.wait(0.3):
            pass
    connection = bus._connection
    real, connection.selector = connection.selector, Skipping(clock, connection.selector)
    tray._serve(LOOK_SECONDS)
    waits, connection.selector = connection.selector.waits, real
    return waits


def _costs() -> list[tuple[int, int]]:
    """Return resident memory in KiB and number of open files, of this process and the display."""
    return [_cost(Path("/proc/self")), _cost(Path("/proc") / sys.argv[3])]


def _cost(process: Path) -> tuple[int, int]:
    lines = (process / "status").read_text().splitlines()
    (resident,) = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(resident), len(list((process / "fd").iterdir()))


if __name__ == "__main__":
    main()
