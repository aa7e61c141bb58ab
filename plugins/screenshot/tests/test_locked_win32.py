"""When a Windows screen shows the user's desktop, and when it does not."""

import ctypes

import pytest

from wfhagent_screenshot.locked_win32 import SessionInfo, counts_as_locked

ACTIVE, CONNECTED, DISCONNECTED = 0, 1, 4
LOCK, UNLOCK, UNKNOWN = 0, 1, -1


def session(state: int, flags: int, level: int = 1) -> SessionInfo:
    return SessionInfo(Level=level, SessionState=state, SessionFlags=flags)


def test_the_structure_is_the_one_of_windows():
    assert ctypes.sizeof(SessionInfo) == 232
    offsets = [getattr(SessionInfo, name).offset for name in ("SessionId", "SessionFlags", "times")]
    assert offsets == [8, 16, 168]


@pytest.mark.parametrize("desktop", ["Winlogon", "Screen-saver", "", "Disconnect"])
def test_another_desktop_counts_as_locked(desktop: str):
    assert counts_as_locked(desktop, session(ACTIVE, UNLOCK))


@pytest.mark.parametrize(
    ("state", "flags"),
    [(ACTIVE, LOCK), (DISCONNECTED, UNLOCK), (CONNECTED, UNLOCK), (DISCONNECTED, UNKNOWN)],
)
def test_a_locked_or_disconnected_session_counts_as_locked(state: int, flags: int):
    assert counts_as_locked("Default", session(state, flags))


@pytest.mark.parametrize(
    "known", [session(ACTIVE, UNLOCK), session(ACTIVE, UNKNOWN), session(4, 0, level=0), None]
)
def test_the_desktop_of_the_user_is_not_locked(known: SessionInfo | None):
    assert not counts_as_locked("Default", known)
    assert not counts_as_locked("default", known)
