"""If the desktop does not allow screenshots yet, the icon brings up its question once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty

import pytest
from jeepney import DBusAddress
from plugins.screenshot.tests.stand_ins import StandInPortal
from tests.tray.conftest import wait_until
from tests.tray.stand_in_daemon import StandInDaemon
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.desktop.services import PERMISSION_STORE
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.tray import linux
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LinuxTray
from wfhagent.tray.menu import COMMANDS, Action
from wfhagent.tray.source import Source
from wfhagent.tray.view import NOT_ALLOWED_YET

LIMIT_SECONDS = 40.0
TITLE = "wfhagent needs your permission to take screenshots"


@pytest.fixture
def daemon(session_bus: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInDaemon]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    monkeypatch.setattr(linux, "is_wayland_session", lambda: True)
    made = StandInDaemon(session_bus)
    yield made
    made.close()


StartPortal = Callable[..., StandInPortal]


@pytest.fixture
def start_portal(session_bus: str) -> Iterator[StartPortal]:
    started: list[StandInPortal] = []

    def start(allowed: dict[str, str], version: int = 2, back_end: int | None = 2) -> StandInPortal:
        portal = StandInPortal(
            session_bus,
            answer=2,
            results={},
            allowed=allowed,
            version=version,
            back_end=back_end,
        )
        started.append(portal)
        return portal

    yield start
    for one in started:
        one.close()


def tray_on(bus: ServingBus, folder: Path) -> LinuxTray:
    write(folder / "data", SystemClock().now())
    source = Source(
        file=folder / "data" / "status.json",
        clock=SystemClock(),
        commands=Commands([], []),
        permission_notice=folder / "data" / "shown",
    )
    return LinuxTray(bus, source)


def labels(tray: LinuxTray) -> list[str]:
    tray.look()
    _revision, (_root, _properties, children) = tray.menu.call("GetLayout", (0, -1, [])).body  # type: ignore[union-attr]
    return [line["label"][1] for _signature, (_id, line, _none) in children if "label" in line]


def test_the_notification_comes_once_and_the_menu_leads_to_the_question(
    daemon: StandInDaemon, start_portal: StartPortal, folder: Path
):
    portal = start_portal({})
    with ServingBus() as bus:
        tray = tray_on(bus, folder)
        wait_until(lambda: bus.wait(0.05) and NOT_ALLOWED_YET in labels(tray), "the menu says it")

        assert daemon.shown.get(timeout=LIMIT_SECONDS) == (TITLE, ["wfhagent-allow"])
        assert "Allow screenshots" in labels(tray)
        assert COMMANDS[Action.ALLOW] == ("screenshot", "allow")

        changed = ("screenshot", "screenshot", False, ("s", ""), {"": ["yes"]})
        portal.emit(
            DBusAddress(PERMISSION_STORE.path, interface=PERMISSION_STORE.interface),
            "Changed",
            "ssbva{sas}",
            changed,
        )
        wait_until(
            lambda: bus.wait(0.05) and "Allow screenshots" not in labels(tray), "it is allowed"
        )
    with ServingBus() as bus:
        tray = tray_on(bus, folder)
        wait_until(lambda: bus.wait(0.05) and NOT_ALLOWED_YET in labels(tray), "another start")
        with pytest.raises(Empty):
            daemon.shown.get_nowait()
    assert portal.screenshots == []


@pytest.mark.parametrize(
    ("allowed", "versions", "offered"),
    [
        ({"": "yes"}, (2, 2), False),
        ({"": "no"}, (2, 2), True),
        ({}, (1, 2), False),
        ({}, (2, None), False),
    ],
)
def test_who_has_answered_or_is_never_asked_is_not_reminded(
    allowed: dict[str, str],
    versions: tuple[int, int | None],
    offered: bool,
    daemon: StandInDaemon,
    start_portal: StartPortal,
    folder: Path,
):
    portal = start_portal(allowed, *versions)
    with ServingBus() as bus:
        tray = tray_on(bus, folder)
        wait_until(lambda: bus.wait(0.05) and portal.called, "the version was asked for")
        while bus.wait(0.5):
            pass

        assert ("Allow screenshots" in labels(tray)) is offered
        assert NOT_ALLOWED_YET not in labels(tray)
        with pytest.raises(Empty):
            daemon.shown.get_nowait()
