"""Files and folders of tests that can run on Linux only: each is skipped elsewhere, with a reason.

A file that holds some such tests among others marks those with `linux_only` or `not_windows`.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.wine import TOO_LONG, UNDER_WINE

ROOT = Path(__file__).parents[1]
SERVER = "the server runs on Linux only; the worlds under tests/worlds play against it"
DBUS = "D-Bus, which Linux desktops use"
X11 = "X11, which Linux desktops use"
RELEASE = "releases are put together on Linux"
LINUX_ONLY = {
    "plugins/screenshot/tests/test_depths.py": X11,
    "plugins/screenshot/tests/test_hidden_windows.py": X11,
    "plugins/screenshot/tests/test_locked.py": DBUS,
    "plugins/screenshot/tests/test_notice.py": DBUS,
    "plugins/screenshot/tests/test_wayland.py": "Wayland",
    "server": SERVER,
    "tests/agent/test_start_announcement.py": DBUS,
    "tests/cli/test_doctor_keyring.py": DBUS,
    "tests/cli/test_closed_folders.py": "the places of XDG; errors of folders are simulated",
    "tests/cli/test_screenshot_job.py": "what is found is that there is no X display",
    "tests/cli/test_screenshot_permission.py": DBUS,
    "tests/contract": SERVER,
    "tests/end_to_end": SERVER,
    "tests/journal/test_in_browser.py": "Chromium is installed on Linux only",
    "tests/packaging": RELEASE,
    "tests/os_session/test_logind.py": "logind is Linux's",
    "tests/simulation": SERVER,
    "tests/plugin_tools/test_guide.py": "the guide is typed into a shell",
    "tests/os_session/test_attendance.py": "logind is Linux's",
    "tests/test_ask.py": DBUS,
    "tests/test_bench.py": "figures are measured on Linux",
    "tests/test_keeper.py": "the subreaper; Windows ends what a child started by a job",
    "tests/test_limits.py": "the limits of setrlimit; Windows limits its children by a job",
    "tests/test_memory.py": "the memory of glibc",
    "tests/test_notify.py": DBUS,
    "tests/test_wayland.py": "Wayland",
    "tests/tray/test_dbusmenu.py": DBUS,
    "tests/tray/test_growth.py": DBUS,
    "tests/tray/test_notifications.py": DBUS,
    "tests/tray/test_panel.py": X11,
    "tests/tray/test_permission.py": DBUS,
    "tests/tray/test_registration.py": DBUS,
    "tests/tray/test_xembed.py": X11,
    "tests/worlds": "worlds are built on Linux",
}
"""Reasons by file or folder."""


def linux_only(reason: str) -> pytest.MarkDecorator:
    """Mark a test that can run on Linux only."""
    return pytest.mark.skipif(sys.platform != "linux", reason=f"Linux only: {reason}")


def not_windows(reason: str) -> pytest.MarkDecorator:
    """Mark a test that can run on every system but Windows."""
    return pytest.mark.skipif(sys.platform == "win32", reason=f"Not on Windows: {reason}")


class NotHere(pytest.File):
    """A file or folder of tests that is not imported, since its imports may need Linux too."""

    reason = ""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        pytest.skip(self.reason, allow_module_level=True)


def collect_here(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Return what replaces the tests in *path* on this system; None for the tests themselves."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
    if sys.platform != "linux" and name in LINUX_ONLY:
        reason = f"Linux only: {LINUX_ONLY[name]}"
    elif UNDER_WINE and name in TOO_LONG:
        reason = f"Not under Wine: {TOO_LONG[name]}"
    else:
        return None
    left_out: NotHere = NotHere.from_parent(parent, path=path)
    left_out.reason = reason
    return left_out
