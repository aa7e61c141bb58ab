"""No screenshot is taken of a locked screen, whatever program locked it."""

import ctypes
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from plugins.screenshot.tests.stand_ins import StandIn
from tests.os_session.private_bus import PrivateBus

from wfhagent.desktop.x11.library import READING, Functions
from wfhagent.plugin.x11 import Display
from wfhagent.testing import make_context
from wfhagent_screenshot import locked_linux
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig

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


# The program replaces logind, which does not run on a test machine.


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
    functions: Functions = {
        **READING,
        "XChangeProperty": (
            *(ctypes.c_int, ctypes.c_void_p, *[ctypes.c_ulong] * 3),
            *(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int),
        ),
    }
    with Display(functions) as display:
        property_, integer, atom = map(display.atom, (name, "INTEGER", state or "0"))
        values = (ctypes.c_long * 2)(atom if state else 0, 1_763_900_000)
        display.x.XChangeProperty(
            *(display.handle, display.root, property_, integer, 32, 0, values, 2)
        )


def test_a_locker_that_tells_nobody_is_seen_by_its_name(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # A program that only waits. With a real locker's name it would be one for the tests that run
    # at the same time, too.
    name = f"lock{os.getpid()}"
    monkeypatch.setattr(locked_linux, "LOCKERS", locked_linux.LOCKERS | {name})
    locker = shutil.copy("/bin/sleep", tmp_path / name)
    with subprocess.Popen([locker, "600"]) as process:
        fact = take()
        process.kill()

    assert fact == LOCKED
    assert take()["status"] == "taken"
