"""An icon that lives for months takes no more than on its first day."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LinuxTray
from wfhagent.tray.session_bus import SessionBus
from wfhagent.tray.source import Source

ROOT = Path(__file__).parents[2]
CHANGES = 10_000
MOST_GROWTH_KIB = 512


def test_ten_thousand_changes_of_state_cost_no_memory_and_no_handle(
    session_bus: str, folder: Path, environment: dict[str, str]
):
    program = ROOT / "tests" / "tray" / "many_changes.py"
    done = subprocess.run(
        [sys.executable, str(program), str(folder), str(CHANGES)],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )

    assert done.returncode == 0, done.stderr
    cost = json.loads(done.stdout)
    (memory_before, handles_before), (memory, handles) = cost["before"], cost["after"]
    assert memory - memory_before <= MOST_GROWTH_KIB
    assert handles == handles_before
    assert cost["drawn"] == CHANGES


def test_the_icon_is_drawn_anew_only_for_another_state(
    session_bus: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    clock = SystemClock()
    source = Source(file=folder / "status.json", clock=clock, commands=Commands([], []))
    write(folder, clock.now())

    with SessionBus() as bus:
        tray = LinuxTray(bus, source)
        for waiting in range(1, 20):
            write(folder, clock.now(), queued_heartbeats=waiting, slots_today=(1, 2))
            tray.look()
        still = tray.item.drawn
        write(folder, clock.now(), problem="no network")
        tray.look()

        assert (still, tray.item.drawn) == (0, 1)
