"""The real window of Windows, between a program that sends messages and the agent."""

import ctypes
import sys
import threading

import pytest

from wfhagent.os_session.windows import (
    ENDSESSION_CLOSEAPP,
    TRUE,
    WM_CLOSE,
    WM_ENDSESSION,
    WM_QUERYENDSESSION,
    WindowsWatch,
)

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="windows are of Windows")

LIMIT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.05


class Installer:
    """Another program: finds the agent's window and sends it messages."""

    def __init__(self) -> None:
        from wfhagent.os_session.window import CLASS_NAME, MessageWindow  # noqa: PLC0415

        self.stopped = threading.Event()
        self.watch = WindowsWatch(MessageWindow, self.stopped.set)
        self.watch.start(lambda: None)
        self._user32 = ctypes.WinDLL("user32")  # type: ignore[attr-defined, unused-ignore]
        self._user32.FindWindowW.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(self._find(CLASS_NAME))

    def _find(self, name: str) -> int:
        never = threading.Event()
        for _ in range(round(LIMIT_SECONDS / LOOK_AGAIN_SECONDS)):
            if found := self._user32.FindWindowW(name, None):
                return int(found)
            never.wait(LOOK_AGAIN_SECONDS)
        raise AssertionError("there is no window")

    def send(self, message: int, wparam: int = 0, lparam: int = 0) -> int:
        parameters = ctypes.c_size_t(wparam), ctypes.c_ssize_t(lparam)
        return int(self._user32.SendMessageW(self._handle, message, *parameters))


@pytest.fixture
def installer():
    installer = Installer()
    yield installer
    installer.watch.close()


def test_the_restart_manager_stops_the_agent_once_every_program_agrees(installer: Installer):
    assert installer.send(WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP) == TRUE
    assert not installer.stopped.is_set()

    assert installer.send(WM_ENDSESSION, TRUE, ENDSESSION_CLOSEAPP) == 0

    assert installer.stopped.is_set()


def test_a_polite_end_stops_the_agent_too(installer: Installer):
    installer.send(WM_CLOSE)

    assert installer.stopped.is_set()
