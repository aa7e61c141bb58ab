"""What AppleScript gets without a bundle. Not tested on a Mac: osascript is a stand-in."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.linux_only import not_windows

from wfhagent.desktop import ask, notify
from wfhagent.notice import announce
from wfhagent.notice.announce import Notification, StartAnnouncement
from wfhagent.testing import StaticClock

pytestmark = not_windows("the stand-in is a shell script")

RESERVED = ("words", "text", "items", "characters", "paragraphs")
"""Classes of AppleScript: a handler cannot take a parameter of such a name."""


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Mac whose osascript records its arguments, one per line."""
    program = tmp_path / "osascript"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/given\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    return tmp_path / "given"


def on_a_mac(module: ModuleType) -> Any:
    """Return *module* as macOS loads it; the one that the tests share stays as it is."""
    spec = importlib.util.spec_from_file_location(f"{module.__name__}_mac", str(module.__file__))
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_a_notice_from_source_is_handed_over_and_not_called_shown(mac: Path):
    loaded = on_a_mac(notify)

    with pytest.raises(loaded.NotifyError, match="macOS does not say whether it was shown"):
        loaded.show('A "title"', "A \\ text")

    given = mac.read_text()
    assert given.startswith("-e\non run argv\n")
    assert given.endswith('end run\nA "title"\nA \\ text\n'), "as arguments, never in the script"


@pytest.mark.parametrize("module", [notify, ask])
def test_no_script_names_its_arguments_by_a_class_of_applescript(mac: Path, module: ModuleType):
    script = on_a_mac(module)._SCRIPT

    assert script.startswith("on run argv\n")
    assert not any(f"of {name}" in script for name in RESERVED)


def test_what_was_handed_over_is_not_shown_again_for_a_day():
    shown: list[Notification] = []

    def show(notification: Notification) -> str:
        shown.append(notification)
        return notify.UNCONFIRMED

    start = StartAnnouncement(show)
    clock = StaticClock()
    for elapsed in (0.0, 60.0, 3600.0, announce.UNCONFIRMED_SECONDS - 1):
        start.show_if_due(lambda: Notification(title="t", text="x"), clock.now(), elapsed)

    assert len(shown) == 1
    assert start.shown_at is None, "nobody says that it was shown"
