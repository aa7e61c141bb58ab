"""An icon that the desktop drops comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress
from plugins.screenshot.tests.stand_ins import StandIn
from tests.tray.conftest import wait_until
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import MOST_RETRIES, WATCHER, LinuxTray
from wfhagent.tray.source import Source


@pytest.fixture
def watcher(session_bus: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in for GNOME's extension; tests/worlds/desktops has the real one."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    made = StandIn(
        session_bus, WATCHER.name, {"RegisterStatusNotifierItem": lambda _call: ("", ())}
    )
    yield made
    made.close()


def test_an_icon_that_is_dropped_registers_again_and_never_in_a_tight_loop(
    watcher: StandIn, folder: Path
):
    file = folder / "data" / "status.json"
    write(file.parent, SystemClock().now())
    source = Source(file=file, clock=SystemClock(), commands=Commands([], []))
    emitter = DBusAddress(WATCHER.path, interface=WATCHER.interface)

    def registrations(bus: ServingBus, count: int) -> None:
        wait_until(lambda: bus.wait(0.05) or len(watcher.called) == count, f"{count} registrations")
        while bus.wait(0.2):
            pass
        assert watcher.called == [("RegisterStatusNotifierItem", (source.bus_name,))] * count

    with ServingBus() as bus:
        tray = LinuxTray(bus, source)
        wait_until(lambda: bus.wait(0.05) and watcher.called, "the first registration")
        watcher.emit(emitter, "StatusNotifierItemUnregistered", "s", ("org.example.Other",))
        registrations(bus, 1)
        for drops in range(1, MOST_RETRIES + 2):
            watcher.emit(emitter, "StatusNotifierItemUnregistered", "s", (source.bus_name,))
            registrations(bus, min(drops, MOST_RETRIES) + 1)
        tray.look()
        registrations(bus, MOST_RETRIES + 2)
