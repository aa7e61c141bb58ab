"""A locked screen is not pictured, whoever locked it."""

import ctypes
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from plugins.screenshot.tests.stand_ins import StandIn
from tests.os_session.private_bus import PrivateBus

from wfhagent.testing import make_context
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.xlib import Display

LOCKED = {"status": "locked", "reason": "the screen is locked"}


def take() -> dict[str, object]:
    context = make_context()
    fact: dict[str, object] = Screenshot(ScreenshotConfig()).collect(context)["screenshot"]
    assert bool(context.attachments) == (fact["status"] == "taken")
    return fact


def put_loginctl_on_path(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "loginctl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


# The program stands in for logind, which does not run on a test machine.


def test_logind_says_it(screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put_loginctl_on_path(tmp_path, "echo yes", monkeypatch)

    assert take() == LOCKED


@pytest.mark.parametrize("script", ["echo no", "exit 1", "echo 'no session' >&2; exit 1"])
def test_a_session_that_is_not_known_to_be_locked_is_pictured(
    screen: str, tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
):
    put_loginctl_on_path(tmp_path, script, monkeypatch)

    assert take()["status"] == "taken"


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("name", ["org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver"])
def test_a_screen_saver_says_it(screen: str, bus: PrivateBus, name: str, active: bool):
    saver = StandIn(bus.address, name, {"GetActive": lambda _call: ("b", (active,))})

    fact = take()
    saver.close()

    assert (fact == LOCKED) is active


@pytest.mark.parametrize(("state", "status"), [("LOCK", "locked"), ("BLANK", "taken")])
def test_xscreensaver_writes_it_on_the_display(screen: str, state: str, status: str):
    write_on_display("_SCREENSAVER_STATUS", state)

    fact = take()
    write_on_display("_SCREENSAVER_STATUS", "")

    assert fact["status"] == status


def write_on_display(name: str, state: str) -> None:
    """Set a property of the root window to a state and a time, as XScreenSaver does."""
    with Display() as display:
        x, connection = display._x, display._display
        property_, integer, atom = (
            x.XInternAtom(connection, word.encode(), 0) for word in (name, "INTEGER", state or "0")
        )
        values = (ctypes.c_long * 2)(atom if state else 0, 1_763_900_000)
        longs = [ctypes.c_ulong(number) for number in (display.root, property_, integer)]
        x.XChangeProperty(ctypes.c_void_p(connection), *longs, 32, 0, values, 2)


def test_a_locker_that_tells_nobody_is_seen_by_its_name(screen: str, tmp_path: Path):
    # A program of that name, which only waits.
    locker = shutil.copy("/bin/sleep", tmp_path / "i3lock")
    with subprocess.Popen([locker, "600"]) as process:
        fact = take()
        process.kill()

    assert fact == LOCKED
    assert take()["status"] == "taken"
