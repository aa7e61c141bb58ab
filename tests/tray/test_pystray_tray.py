"""Icon, menu and notifications on Windows and macOS, with a stand-in for pystray."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from tests.tray.statuses import NOW, write

from wfhagent.desktop import screen_recording
from wfhagent.notice.announce import Notification
from wfhagent.testing import StaticClock
from wfhagent.tray.commands import Commands
from wfhagent.tray.menu import Action
from wfhagent.tray.source import Source


class StandInMenu:
    SEPARATOR = "separator"

    def __init__(self, items: Callable[[], list[Any]]) -> None:
        self.items = items


class StandInItem:
    def __init__(
        self, text: str, action: Callable[[], None] | None, *, enabled: bool = True
    ) -> None:
        self.text, self.action, self.enabled = text, action, enabled


class StandInIcon:
    HAS_NOTIFICATION = True

    def __init__(self, name: str, icon: Any, title: str, menu: StandInMenu) -> None:
        self.icon, self.title, self.menu = icon, title, menu
        self.notifications: list[str] = []

    def update_menu(self) -> None:
        """The menu is asked for its items when it opens."""

    def notify(self, message: str, title: str) -> None:
        self.notifications.append(message)


class Clicked(Commands):
    def __init__(self) -> None:
        super().__init__([], [])
        self.clicked: list[Action] = []
        self.shown: list[Notification] = []

    def show(self, notification: Notification) -> None:
        self.shown.append(notification)

    def start(self, action: Action) -> None:
        self.clicked.append(action)


@pytest.fixture
def commands() -> Clicked:
    return Clicked()


class MainThread:
    """AppHelper of pyobjc: what is to be done by the main thread waits until the test does it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def callAfter(self, work: Callable[..., None], *arguments: Any) -> None:  # noqa: N802
        self.waiting.append((work, arguments))

    def work(self) -> None:
        while self.waiting:
            work, arguments = self.waiting.pop(0)
            work(*arguments)


@pytest.fixture
def main_thread(monkeypatch: pytest.MonkeyPatch) -> MainThread:
    """The main thread of a Mac; a test that asks for it before `tray` has the tray of a Mac."""
    helper = MainThread()
    package = ModuleType("PyObjCTools")
    package.AppHelper = helper  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "PyObjCTools", package)
    monkeypatch.setattr(sys, "platform", "darwin")
    return helper


@pytest.fixture
def tray(
    tmp_path: Path,
    commands: Clicked,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Any]:
    if sys.platform == "darwin" and "main_thread" not in request.fixturenames:
        # The main thread of the tests does nothing for AppKit.
        monkeypatch.setattr(sys, "platform", "linux")
    stand_in = ModuleType("pystray")
    stand_in.Icon, stand_in.Menu, stand_in.MenuItem = StandInIcon, StandInMenu, StandInItem  # type: ignore[attr-defined]
    util = ModuleType("pystray._util")
    util.win32 = SimpleNamespace(Shell_NotifyIcon=SimpleNamespace())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pystray", stand_in)
    monkeypatch.setitem(sys.modules, "pystray._util", util)
    monkeypatch.delitem(sys.modules, "wfhagent.tray.pystray_tray", raising=False)
    from wfhagent.tray.pystray_tray import PystrayTray  # noqa: PLC0415 -- after the stand-in

    write(tmp_path, NOW)
    yield PystrayTray(
        Source(file=tmp_path / "status.json", clock=StaticClock(NOW), commands=commands)
    )
    sys.modules.pop("wfhagent.tray.pystray_tray", None)


def test_the_icon_changes_with_the_state_only(tray: Any, tmp_path: Path):
    first = tray._icon.icon
    write(tmp_path, NOW, queued_heartbeats=3)
    tray.look()
    same = tray._icon.icon
    write(tmp_path, NOW, problem="no network")
    tray.look()

    assert first.size == (44, 44)
    assert same is first
    assert tray._icon.icon.tobytes() != first.tobytes()
    assert tray._icon.title == "wfhagent: Offline: data waits on this device"


def test_the_menu_is_that_of_the_moment_and_starts_what_is_clicked(tray: Any, commands: Clicked):
    items = tray._icon.menu.items()
    words = [item if item == "separator" else item.text for item in items]
    (journal,) = [item for item in items if item != "separator" and item.text == "My journal"]
    journal.action()

    assert words[:3] == ["Connected", "Last report: 2 min ago", "Logs today: 1 of 2"]
    assert not items[0].enabled
    assert commands.clicked == [Action.JOURNAL]


def test_a_notice_is_announced_once_per_version(tray: Any, tmp_path: Path):
    for version in ("v1", "v1", "v2"):
        write(tmp_path, NOW, notice="new", notice_version=version)
        tray.look()

    assert len(tray._icon.notifications) == 2


def test_on_macos_nothing_is_drawn_but_by_the_main_thread(
    main_thread: MainThread, tray: Any, tmp_path: Path
):
    image, title = tray._icon.icon, tray._icon.title
    write(tmp_path, NOW, problem="no network")

    tray.look()
    tray._set_up(tray._icon)
    before = (tray._icon.icon is image, tray._icon.title == title, hasattr(tray._icon, "visible"))
    main_thread.work()

    assert before == (True, True, False)
    assert tray._icon.icon is not image
    assert tray._icon.visible


def test_an_icon_that_cannot_be_drawn_ends_nothing(
    main_thread: MainThread, tray: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    tray._icon.update_menu = lambda: 1 / 0
    write(tmp_path, NOW, problem="no network")

    tray.look()
    main_thread.work()

    assert "The icon cannot be drawn" in caplog.text


def test_on_macos_a_notice_comes_from_the_program_itself(
    main_thread: MainThread, tray: Any, commands: Clicked, tmp_path: Path
):
    write(tmp_path, NOW, notice="new", notice_version="v1")

    tray.look()

    assert tray._icon.notifications == [], "not from Script Editor"
    assert [one.text for one in commands.shown] == [tray._look.sentence]


NIM_ADD, NIM_MODIFY, NIM_DELETE = 0, 1, 2


@pytest.mark.parametrize("call", [NIM_ADD, NIM_MODIFY])
def test_an_icon_that_windows_has_not_taken_is_added_again(
    tray: Any, call: int, monkeypatch: pytest.MonkeyPatch
):
    made: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        StandInIcon, "__setattr__", lambda _self, name, value: made.append((name, value))
    )
    presence = tray._presence
    tray.look()
    assert made == []

    assert presence(0, None, (call, None)) == 0
    tray.look()
    assert made == [("visible", False), ("visible", True)]

    # A removal that fails does not mean that the icon is missing.
    presence(0, None, (NIM_DELETE, None))
    presence(1, None, (NIM_ADD, None))
    tray.look()
    assert len(made) == 2


def test_an_icon_that_is_missing_is_tried_again_soon(tray: Any, monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []

    def wait(_stopped: Any, seconds: float) -> bool:
        waited.append(seconds)
        tray._presence.missing = len(waited) == 1
        return len(waited) == 3

    monkeypatch.setattr(tray._source.clock, "wait", wait)
    tray._keep_looking()

    assert waited == [60.0, 5.0, 60.0]


@pytest.mark.parametrize("allowed", [True, False])
def test_on_macos_the_menu_asks_for_the_permission_that_is_missing(
    main_thread: MainThread,
    tray: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: bool,
):
    monkeypatch.setattr(screen_recording, "is_allowed", lambda: allowed)

    def words() -> list[str]:
        return [getattr(item, "text", "") for item in tray._icon.menu.items()]

    without_plugin = words()
    tray._source = replace(tray._source, permission_notice=tmp_path / "permission")

    assert ("Allow screenshots" in words()) is not allowed
    assert "Allow screenshots" not in without_plugin
