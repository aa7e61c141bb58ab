"""Notifications about a missing panel and about an unread notice."""

import json
import queue
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tray.conftest import wait_until
from tests.tray.stand_in_daemon import StandInDaemon
from tests.tray.statuses import write

from wfhagent.clock import SystemClock
from wfhagent.desktop.serving_bus import ServingBus
from wfhagent.tray import linux
from wfhagent.tray.commands import Commands
from wfhagent.tray.linux import LinuxTray
from wfhagent.tray.menu import Action
from wfhagent.tray.source import Source

LIMIT_SECONDS = 40.0


@pytest.fixture
def daemon(session_bus: str) -> Iterator[StandInDaemon]:
    made = StandInDaemon(session_bus)
    yield made
    made.close()


def test_a_notice_is_announced_opened_by_a_click_and_acknowledged_only_later(
    daemon: StandInDaemon,
    start_tray: Callable[[], "subprocess.Popen[bytes]"],
    folder: Path,
    browser: Path,
):
    write(folder / "data", SystemClock().now(), notice="new", notice_version="v1")
    tray = start_tray()

    title, keys = daemon.shown.get(timeout=LIMIT_SECONDS)
    daemon.click("some-other-program")
    # Of a notification that an earlier program showed.
    daemon.click("wfhagent-acknowledge")
    refused, _keys = daemon.shown.get(timeout=LIMIT_SECONDS)
    record = folder / "data" / "notice.json"
    unread = json.loads(record.read_text())

    daemon.click("wfhagent-notice")
    wait_until(lambda: json.loads(record.read_text())["shown_at"], "the notice is shown")
    daemon.click("wfhagent-acknowledge")
    wait_until(lambda: json.loads(record.read_text())["acknowledged_at"], "it is acknowledged")

    assert title == "Please read your company's notice about wfhagent"
    assert keys == ["wfhagent-notice"]
    assert refused == "I have read it failed"
    assert (unread["shown_at"], unread["acknowledged_at"]) == (None, None)
    assert "wfhagent-notice.html" in browser.read_text()
    assert tray.poll() is None


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("my-data", "My data on the server failed"),
        ("journal", "My journal failed"),
    ],
)
def test_a_click_that_fails_is_reported(
    action: str,
    title: str,
    daemon: StandInDaemon,
    start_tray: Callable[[], "subprocess.Popen[bytes]"],
    folder: Path,
):
    write(folder / "data", SystemClock().now())
    start_tray()
    wait_until((folder / "data" / "tray.lock").exists, "the icon is there")
    (folder / "data" / "outbox.sqlite3").mkdir()

    def clicked() -> tuple[str, list[str]] | None:
        daemon.click(f"wfhagent-{action}")
        try:
            return daemon.shown.get(timeout=2)
        except queue.Empty:
            return None

    shown = wait_until(clicked, "the failure is shown")
    assert shown[0] == title


class ClickedOnly(Commands):
    """Starts nothing, and records what it should start."""

    def __init__(self) -> None:
        super().__init__([], [])
        self.clicked: list[Action] = []

    def start(self, action: Action) -> None:
        self.clicked.append(action)


class Enough(Exception):  # noqa: N818 -- it ends a loop that has no end
    """Ends the loop of a tray."""


def test_without_a_panel_a_notification_at_the_start_says_that_it_runs(
    daemon: StandInDaemon,
    session_bus: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    monkeypatch.setattr(linux, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(linux, "NO_HOST_SECONDS", 0.5)
    write(folder / "data", SystemClock().now())
    commands = ClickedOnly()
    source = Source(file=folder / "data" / "status.json", clock=SystemClock(), commands=commands)

    with ServingBus() as bus:
        tray = LinuxTray(bus, source)
        looks: list[Any] = []

        def look_twice() -> None:
            looks.append(True)
            daemon.click("wfhagent-journal")
            monkeypatch.setattr(linux, "LOOK_SECONDS", 0.5)
            if len(looks) > 1:
                raise Enough

        monkeypatch.setattr(tray, "look", look_twice)
        with pytest.raises(Enough):
            tray.run()

    assert daemon.shown.get(timeout=LIMIT_SECONDS) == (
        "wfhagent is running on this device",
        ["wfhagent-journal"],
    )
    assert Action.JOURNAL in commands.clicked


def test_a_second_icon_and_a_missing_session_are_reported(
    start_tray: Callable[[], "subprocess.Popen[bytes]"],
    session_bus: str,
    folder: Path,
    environment: dict[str, str],
):
    start_tray()
    wait_until((folder / "data" / "tray.lock").exists, "the first icon is there")

    second = start_tray()
    assert second.wait(LIMIT_SECONDS) == 1
    assert second.stderr is not None
    assert b"The icon is already shown" in second.stderr.read()


def test_without_a_session_bus_it_says_what_is_missing(
    start_tray: Callable[[], "subprocess.Popen[bytes]"], environment: dict[str, str]
):
    process = start_tray()

    assert process.wait(LIMIT_SECONDS) == 1
    assert process.stderr is not None
    assert b"Run this in a desktop session" in process.stderr.read()
