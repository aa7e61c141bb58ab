"""A display of two monitors with a window manager, and a private session bus."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest
from tests.displays import virtual_display
from tests.os_session.private_bus import PrivateBus
from tests.waiting import wait_until

from wfhagent.plugin.x11 import Display
from wfhagent_screenshot.window_list import windows

BLUE = "#35618e"
LEFT, RIGHT = "800/200x600/150+0+0", "800/200x600/150+800+0"
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _nobodys_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session of the user who runs the tests has no influence."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("wfhagent.desktop.notify.usual_bus", lambda: None)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        bus = PrivateBus(Path(folder))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        bus.start()
        yield bus
        bus.stop()


@pytest.fixture
def screen(virtual_screen: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """One monitor of 1280x720 pixels."""
    monkeypatch.setenv("DISPLAY", virtual_screen)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    subprocess.run(["xsetroot", "-solid", BLUE], check=True)
    return virtual_screen


@pytest.fixture(scope="session")
def _two_monitors() -> Iterator[str]:
    with ExitStack() as stack:
        number, _ = stack.enter_context(virtual_display("1600x600"))
        environment = {**os.environ, "DISPLAY": number}
        for name, where, output in (("left", LEFT, "screen"), ("right", RIGHT, "none")):
            subprocess.run(
                ["xrandr", "--setmonitor", name, where, output],
                env=environment,
                check=True,
                capture_output=True,
            )
        # It draws the frames and titles of windows.
        manager = subprocess.Popen(
            ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(_end, manager)
        yield number


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


@pytest.fixture
def two_monitors(_two_monitors: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two adjacent monitors of 800x600 pixels with a window manager."""
    monkeypatch.setenv("DISPLAY", _two_monitors)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    # A window that opens before the window manager would be moved later.
    wait_until(_is_managed, "the window manager")
    subprocess.run(["xsetroot", "-solid", BLUE], check=True)
    return _two_monitors


def _is_managed() -> bool:
    with Display() as display:
        return bool(display.numbers(display.root, "_NET_SUPPORTING_WM_CHECK"))


OpenWindow = Callable[..., str]


@pytest.fixture
def open_window(two_monitors: str) -> Iterator[OpenWindow]:
    """Opens a window, waits until it is seen, and returns its number."""
    with ExitStack() as stack:

        def open_one(title: str, *, at: str, color: str) -> str:
            options = ["-geometry", f"40x10{at}", "-T", title, "-bg", color, "-fg", color]
            stack.callback(_end, subprocess.Popen(["xterm", *options, "-e", "sleep", "600"]))
            return wait_until(lambda: _seen(title), title)

        yield open_one


def _seen(title: str) -> str:
    """Return the number of the window with that title as soon as it is on the desktop."""
    found = [one for one in windows() if title in one.names and one.visible]
    # Before it is managed it has no frame, and no workspace.
    with Display() as display:
        return "".join(
            str(one.number) for one in found if display.numbers(one.number, "_NET_WM_DESKTOP")
        )
