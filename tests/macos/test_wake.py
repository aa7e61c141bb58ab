"""A dark wake is not the same as a dark display. Not tested on a Mac."""

import sys

import pytest

from wfhagent.os_session.macos_wake import is_dark_wake, system_capabilities


@pytest.mark.parametrize(
    ("capabilities", "is_dark"),
    [
        (0b1111, False),  # awake, whether the display shows anything or not
        (0b1001, True),  # processor and network
        (0b0001, True),
        (0, False),
        (None, False),
    ],
)
def test_a_mac_without_graphics_is_in_a_dark_wake(capabilities: int | None, is_dark: bool):
    assert is_dark_wake(capabilities) is is_dark


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine has IOKit")
def test_where_there_is_no_iokit_nothing_is_known():
    assert system_capabilities() is None
