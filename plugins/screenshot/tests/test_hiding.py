"""Which windows are painted over, and where."""

import pytest

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.hiding import to_hide
from wfhagent_screenshot.window import Role, Window

SOMEWHERE = Box(10, 10, 100, 100)


def window(number: int, *names: str, **more: object) -> Window:
    return Window(number=number, box=SOMEWHERE, names=names, **more)  # type: ignore[arg-type]


def numbers(windows: list[Window], *patterns: str) -> list[int]:
    return [hidden.number for hidden in to_hide(windows, patterns)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Payslips - Firefox", [1]),
        ("payslips*", [1]),
        ("firefox", [1, 2]),
        ("pay", []),
        ("*straße*", [3]),
        ("*STRASSE*", [3]),
    ],
)
def test_a_pattern_is_for_whole_titles_and_programs_in_capitals_or_not(
    pattern: str, expected: list[int]
):
    windows = [
        window(1, "Payslips - Firefox", "firefox"),
        window(2, "News - Firefox", "firefox"),
        window(3, "Kaiserstraße 7"),
    ]

    assert numbers(windows, pattern) == expected


def test_dialogs_and_their_dialogs_are_hidden_with_their_window():
    windows = [
        window(1, "Diary"),
        window(2, "Save as", parent=1),
        window(3, "Replace?", parent=2),
        window(4, "Save as", parent=9),
    ]

    assert numbers(windows, "diary") == [1, 2, 3]


def test_menus_of_the_same_program_are_hidden_and_those_of_others_are_not():
    windows = [
        window(1, "Diary", process=70),
        window(2, role=Role.POPUP, process=70),
        window(3, role=Role.POPUP, process=71),
        window(4, role=Role.POPUP),
        window(5, "Another window", process=70),
    ]

    assert numbers(windows, "diary") == [1, 2]


def test_panels_are_hidden_while_something_is_for_they_show_titles():
    panel = window(9, "panel", role=Role.PANEL)

    assert numbers([window(1, "Diary"), panel], "diary") == [1, 9]
    assert numbers([window(1, "Diary", visible=False), panel], "diary") == [9]
    assert numbers([window(1, "Work"), panel], "diary") == []


@pytest.mark.parametrize(
    ("box", "size", "expected"),
    [
        # One pixel of the desktop is one of the screenshot.
        (Box(800, 0, 100, 50), (800, 600), (0, 0, 100, 50)),
        # It begins on the monitor to the left.
        (Box(700, 590, 200, 100), (800, 600), (0, 590, 100, 600)),
        (Box(0, 0, 800, 600), (800, 600), None),
        (Box(1600, 0, 10, 10), (800, 600), None),
        # Twice as many pixels as points.
        (Box(810, 20, 100, 50), (1600, 1200), (20, 40, 220, 140)),
        # Half a pixel belongs to it too.
        (Box(801, 1, 3, 3), (400, 300), (0, 0, 2, 2)),
    ],
)
def test_a_box_is_found_in_a_screenshot_of_its_monitor(
    box: Box, size: tuple[int, int], expected: tuple[int, int, int, int] | None
):
    assert box.within(Box(800, 0, 800, 600), size) == expected
