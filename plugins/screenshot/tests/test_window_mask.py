"""Windows that move, open and close while the monitors are captured one after the other."""

from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from wfhagent_screenshot import window_mask
from wfhagent_screenshot.box import Box
from wfhagent_screenshot.desktop import View
from wfhagent_screenshot.imaging import GREY
from wfhagent_screenshot.window import Window, WindowsUnknownError
from wfhagent_screenshot.window_mask import WindowMask

LEFT, RIGHT = Box(0, 0, 100, 100), Box(100, 0, 100, 100)
BLUE = (0, 0, 255)


def diary(left: int) -> list[Window]:
    return [Window(number=1, box=Box(left, 10, 20, 20), names=("Diary",))]


def look(*found: list[Window] | Exception) -> Callable[[], list[Window]]:
    """Returns what gives, one after the other, what is found; an exception is raised."""
    answers: Iterator[list[Window] | Exception] = iter(found)

    def windows() -> list[Window]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return windows


def covered(drawn: WindowMask, area: Box) -> list[int]:
    """Cover one monitor. Return where its middle row is gray, for every tenth pixel."""
    image = Image.new("RGB", area[2:], BLUE)
    drawn.cover(View(area, image))
    return [left for left in range(5, 100, 10) if image.getpixel((left, 20)) == GREY]


def test_a_window_that_moves_is_covered_where_it_was_and_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(window_mask, "windows", look(diary(0), diary(60)))
    drawn = WindowMask(("diary",), has_windows=True)

    assert covered(drawn, LEFT) == [5, 15, 65, 75]
    assert (drawn.count, drawn.failure) == (1, "")


def test_a_window_that_goes_from_one_monitor_to_the_other_is_covered_on_both(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(window_mask, "windows", look(diary(0), diary(90), diary(120)))
    drawn = WindowMask(("diary",), has_windows=True)

    assert covered(drawn, LEFT) == [5, 15, 95]
    assert covered(drawn, RIGHT) == [5, 25, 35]
    assert drawn.count == 1


def test_a_list_that_fails_in_the_middle_is_a_failure_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
):
    failing = look(diary(0), diary(0), WindowsUnknownError("gone"))
    monkeypatch.setattr(window_mask, "windows", failing)
    drawn = WindowMask(("diary",), has_windows=True)
    covered(drawn, LEFT)
    covered(drawn, RIGHT)

    assert (drawn.count, drawn.failure) == (None, "gone")


def test_without_patterns_nobody_looks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(window_mask, "windows", look())
    drawn = WindowMask((), has_windows=False)

    assert covered(drawn, LEFT) == []
    assert (drawn.count, drawn.failure) == (0, "")
