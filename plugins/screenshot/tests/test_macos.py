"""Session and windows on macOS, with stand-ins for its libraries. Not tested on a Mac."""

from typing import Any

import pytest

from wfhagent_screenshot.locked_macos import LOCKED, ON_CONSOLE, is_hidden
from wfhagent_screenshot.window import Role
from wfhagent_screenshot.windows_macos import role_of

CENTER = "/System/Library/CoreServices/NotificationCenter.app/Contents/MacOS/NotificationCenter"


class Function:
    """A function of a library: its declaration, and what it does."""

    def __init__(self, work: Any) -> None:
        self.restype = self.argtypes = None
        self._work = work

    def __call__(self, *arguments: Any) -> Any:
        assert len(arguments) == len(self.argtypes or ()), "as declared"
        return self._work(*arguments)


class Session:
    """Core Foundation and Core Graphics in one, with the dictionary of a session."""

    def __init__(self, values: dict[bytes, bool] | None) -> None:
        self.owned: list[Any] = []

        def create(_allocator: None, text: bytes, _encoding: int) -> bytes:
            self.owned.append(text)
            return text

        def copy() -> str | None:
            self.owned += [] if values is None else ["session"]
            return None if values is None else "session"

        self.CGSessionCopyCurrentDictionary = Function(copy)
        self.CFStringCreateWithCString = Function(create)
        self.CFDictionaryGetValue = Function(lambda _session, key: (values or {}).get(key))
        self.CFBooleanGetValue = Function(int)
        self.CFRelease = Function(self.owned.remove)


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ({ON_CONSOLE: True}, False),
        ({ON_CONSOLE: True, LOCKED: True}, True),
        ({ON_CONSOLE: False}, True),
        ({}, False),
        (None, False),
    ],
)
def test_a_session_that_is_locked_or_switched_out_is_not_pictured(
    values: dict[bytes, bool] | None, hidden: bool
):
    session = Session(values)

    assert is_hidden(session, session) is hidden
    assert session.owned == [], "everything is released"


@pytest.mark.parametrize(
    ("layer", "program", "role"),
    [
        (21, CENTER, Role.PANEL),
        (-2147483601, CENTER, Role.ORDINARY),
        (101, "/Applications/Mail.app/Contents/MacOS/Mail", Role.POPUP),
        (0, "/Applications/Mail.app/Contents/MacOS/Mail", Role.ORDINARY),
        (21, "", Role.ORDINARY),
    ],
)
def test_banners_are_hidden_like_panels_and_widgets_are_not(layer: int, program: str, role: Role):
    assert role_of(layer, program) is role
