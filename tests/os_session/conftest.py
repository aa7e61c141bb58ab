"""A private system bus with a logind, and the watch under test."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.os_session.private_bus import PrivateBus

if sys.platform == "linux":
    from tests.os_session.stand_in_logind import StandInLogind

    from wfhagent.os_session.logind import LogindWatch


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        bus = PrivateBus(Path(folder))
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus
        bus.stop()


@pytest.fixture
def start_logind(bus: PrivateBus) -> "Iterator[Callable[[], StandInLogind]]":
    started: list[StandInLogind] = []

    def start() -> "StandInLogind":
        started.append(StandInLogind(bus.address))
        return started[-1]

    yield start
    for logind in started:
        logind.close()


@pytest.fixture
def logind(bus: PrivateBus, start_logind: "Callable[[], StandInLogind]") -> "StandInLogind":
    bus.start()
    return start_logind()


@pytest.fixture
def watch() -> "Iterator[LogindWatch]":
    watch = LogindWatch(first_pause_seconds=0.01)
    yield watch
    watch.close()
