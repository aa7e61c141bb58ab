"""An icon that runs for months uses no more memory than on its first day."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LinuxTray
from wfhagent.tray.source import Source

ROOT = Path(__file__).parents[2]
CHANGES = 10_000
MOST_GROWTH_KIB = 256
MOST_GROWTH_OF_DISPLAY_KIB = 4096
"""One leaked icon per change would take 20 MB and more."""


def test_ten_thousand_changes_of_state_cost_no_memory_and_no_handle_on_bus_and_display(
    session_bus: str,
    xvfb: "subprocess.Popen[bytes]",
    start_trayer: Callable[[], "subprocess.Popen[bytes]"],
    folder: Path,
    environment: dict[str, str],
):
    start_trayer()
    program = ROOT / "tests" / "tray" / "many_changes.py"
    done = subprocess.run(
        [sys.executable, str(program), str(folder), str(CHANGES), str(xvfb.pid)],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )

    assert done.returncode == 0, done.stderr
    cost = json.loads(done.stdout)
    grown = [
        after[0] - before[0] for before, after in zip(cost["before"], cost["after"], strict=True)
    ]
    handles = [[found[1] for found in cost[when]] for when in ("before", "after")]
    assert grown[0] <= MOST_GROWTH_KIB
    assert grown[1] <= MOST_GROWTH_OF_DISPLAY_KIB, "something is left on the display"
    assert handles[0] == handles[1]
    assert cost["drawn"] == [CHANGES, CHANGES]
    assert cost["waits"] == [60], "in a minute without a change it wakes up once"


def test_the_icon_is_drawn_again_only_for_another_state(
    session_bus: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    clock = SystemClock()
    source = Source(file=folder / "status.json", clock=clock, commands=Commands([], []))
    write(folder, clock.now())

    with ServingBus() as bus:
        tray = LinuxTray(bus, source)
        for waiting in range(1, 20):
            write(folder, clock.now(), queued_heartbeats=waiting, slots_today=(1, 2))
            tray.look()
        still = tray.item.drawn
        write(folder, clock.now(), problem="no network")
        tray.look()

        assert (still, tray.item.drawn) == (0, 1)
