"""The icon in a panel that knows the XEmbed tray only, clicked and compared as an image."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from jeepney import HeaderFields, MessageType, message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from tests.tray.conftest import wait_until
from tests.tray.pictures import GREEN, RED, mark, picture
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import WATCHER, LinuxTray
from wfhagent.tray.source import Source

Start = Callable[[], "subprocess.Popen[bytes]"]
LIMIT_SECONDS = 40.0
BELOW_THE_PANEL = (0, 40, 800, 500)
ICON = (11, 13)
"""A point of it: the panel is in the upper left corner."""


@pytest.mark.usefixtures("session_bus")
def test_it_is_docked_clicked_docked_again_and_gives_way_to_the_better_protocol(
    start_trayer: Start,
    start_tray: Start,
    folder: Path,
    browser: Path,
    xdotool: Callable[..., None],
    environment: dict[str, str],
):
    screen = environment["DISPLAY"]
    write(folder / "data", SystemClock().now())
    panel = start_trayer()
    tray = start_tray()
    wait_until(lambda: mark(screen, GREEN), "the icon says connected")
    assert names(environment) == ["wfhagent: Connected"]
    nothing = below_the_panel(screen)

    xdotool("mousemove", *ICON)
    wait_until(
        lambda: below_the_panel(screen) != nothing, "the tooltip of the icon under the pointer"
    )
    assert names(environment) == ["wfhagent: Connected"] * 2
    xdotool("mousemove", 790, 490)
    wait_until(lambda: below_the_panel(screen) == nothing, "the tooltip is gone")

    write(folder / "data", SystemClock().now(), problem="Revoked.", problem_code="token_revoked")
    xdotool("mousemove", *ICON, "click", 3)
    wait_until(lambda: below_the_panel(screen) != nothing, "the right button opens the menu")
    wait_until(lambda: mark(screen, RED), "the icon is that of the moment")
    xdotool("mousemove", 790, 490, "click", 1)
    wait_until(lambda: below_the_panel(screen) == nothing, "a click elsewhere closes it")

    xdotool("mousemove", *ICON, "click", 1)
    wait_until(lambda: below_the_panel(screen) != nothing, "the left button opens it")
    xdotool("key", "Down", "Return")
    wait_until(browser.exists, "the first choice was started")
    assert browser.read_text().splitlines()[0].endswith("/data/pages/wfhagent-privacy.html")
    wait_until(lambda: below_the_panel(screen) == nothing, "with the choice the menu closes")

    panel.kill()
    panel.wait()
    wait_until(lambda: not names(environment), "with its panel the icon is gone")
    start_trayer()
    wait_until(lambda: mark(screen, RED), "the next panel gets it")

    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as watcher:
        Proxy(message_bus, watcher).RequestName(WATCHER.name)
        assert first_call(watcher) == "RegisterStatusNotifierItem"
        wait_until(lambda: not names(environment), "a better panel has it, so this one has not")
    assert tray.poll() is None


@pytest.mark.parametrize(
    ("session", "warnings"),
    [
        ({"DISPLAY": ":65000"}, ["the display does not answer"]),
        ({"DISPLAY": ":65000", "WAYLAND_DISPLAY": "wayland-0"}, []),
        ({}, []),
    ],
    ids=["a display that is dead", "a display that is a guest of Wayland", "no display"],
)
def test_an_unusable_display_is_logged_at_most_once_and_the_icon_keeps_running(
    session: dict[str, str],
    warnings: list[str],
    session_bus: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    for name, value in {**session, "DBUS_SESSION_BUS_ADDRESS": session_bus}.items():
        monkeypatch.setenv(name, value)
    commands = Commands([], [])
    source = Source(file=folder / "status.json", clock=SystemClock(), commands=commands)
    with ServingBus() as bus, socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(folder / "wayland-0"))
        compositor.listen()
        tray = LinuxTray(bus, source)
        tray.look()
        tray.look()

    assert tray.embedded is None
    assert [record.message.split(": ")[-1].rstrip(".") for record in caplog.records] == warnings


def below_the_panel(screen: str) -> bytes:
    return picture(screen).crop(BELOW_THE_PANEL).tobytes()


def names(environment: dict[str, str]) -> list[str]:
    """Return the names of the icon's windows for screen readers."""
    command = ["xdotool", "search", "--class", "^wfhagent$", "getwindowname", "%@"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def first_call(connection: DBusConnection) -> str:
    while True:
        message = connection.receive(timeout=LIMIT_SECONDS)
        if message.header.message_type is MessageType.method_call:
            return str(message.header.fields[HeaderFields.member])
