"""Windows on a real display of two monitors, and screenshots that must not show them."""

import io
import logging
import subprocess
from itertools import pairwise

import pytest
from PIL import Image, ImageChops
from plugins.screenshot.tests.conftest import OpenWindow
from tests.waiting import wait_until

from wfhagent.desktop.x11.display import Display, decoded
from wfhagent.testing import make_context
from wfhagent_screenshot import window_mask, windows_x11
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.imaging import GREY
from wfhagent_screenshot.window import WindowsUnknownError
from wfhagent_screenshot.window_list import windows

TITLE = "Letter to my doctor"
MAGENTA, GREEN = "#ff00ff", "#00ff00"
NEAR = 40
ACROSS_BOTH = "+700+100"


def take(**settings: object) -> tuple[dict[str, object], Image.Image]:
    config = ScreenshotConfig(notify=False, quality=95, **settings)  # type: ignore[arg-type]
    context = make_context()
    fact = Screenshot(config).collect(context)["screenshot"]
    (attached,) = context.attachments
    return fact, Image.open(io.BytesIO(attached.data)).convert("RGB")


def count(image: Image.Image, color: str) -> int:
    """Return how many pixels have that color, or nearly."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, color))
    near = [band.point(lambda value: 255 if value < NEAR else 0) for band in difference.split()]
    red_and_green = ImageChops.multiply(near[0], near[1])
    return ImageChops.multiply(red_and_green, near[2]).histogram()[255]


def test_a_hidden_window_is_on_neither_monitor_with_its_title(
    open_window: OpenWindow, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    open_window(TITLE, at=ACROSS_BOTH, color=MAGENTA)
    open_window("Work", at="+50+400", color=GREEN)
    shown, unmasked = take()
    (frame,) = [window.box for window in windows() if TITLE in window.names]

    fact, image = take(hide_windows=("*doctor*",))

    assert count(unmasked, MAGENTA) > 10_000, "without the setting it is seen"
    assert count(image, MAGENTA) == 0
    assert count(image, GREEN) > 10_000, "the other window is still seen"
    assert (shown["hidden_windows"], fact["hidden_windows"]) == (0, 1)
    assert (fact["monitors"], fact["scale"], fact["blurred"]) == (2, 1.0, False)
    assert frame.left < 800 < frame.left + frame.width, "it is on both"
    left, top, width, height = frame
    inside = (left + 8, top + 8, left + width - 8, top + height - 8)
    for extremes, grey in zip(image.crop(inside).getextrema(), GREY, strict=True):
        assert all(abs(extreme - grey) < 8 for extreme in extremes), "title bar included"
    assert "doctor" not in f"{fact} {caplog.text}"


def test_a_program_is_hidden_by_its_name(open_window: OpenWindow):
    open_window(TITLE, at=ACROSS_BOTH, color=MAGENTA)

    fact, image = take(hide_windows=("XTERM",))

    assert fact["hidden_windows"] == 1
    assert count(image, MAGENTA) == 0


@pytest.mark.parametrize("away", [["windowminimize", "{}"], ["set_desktop_for_window", "{}", "1"]])
def test_a_window_that_is_not_on_the_desktop_hides_nothing(
    open_window: OpenWindow, away: list[str]
):
    number = open_window(TITLE, at=ACROSS_BOTH, color=MAGENTA)
    open_window("Work", at=ACROSS_BOTH, color=GREEN)
    subprocess.run(["xdotool", *(word.format(number) for word in away)], check=True)
    wait_until(lambda: not [one for one in windows() if TITLE in one.names and one.visible], "it")

    fact, image = take(hide_windows=("*doctor*",))

    assert fact["hidden_windows"] == 0
    assert count(image, GREEN) > 10_000


def test_both_monitors_are_scaled_into_one_screenshot(open_window: OpenWindow):
    open_window("Work", at="+1000+100", color=GREEN)

    fact, image = take(max_width=400)
    smaller, _ = take(max_width=400, downscale=10)

    assert (fact["width"], fact["height"], fact["scale"]) == (400, 150, 0.25)
    assert count(image.crop((0, 0, 200, 150)), GREEN) == 0
    assert count(image.crop((200, 0, 400, 150)), GREEN) > 1_000
    assert (smaller["width"], smaller["height"], smaller["scale"]) == (160, 60, 0.1)


def test_where_windows_cannot_be_listed_nothing_can_be_recognized(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    open_window(TITLE, at=ACROSS_BOTH, color="#ffffff")
    _, sharp = take()

    def unknown() -> list[object]:
        raise WindowsUnknownError("the display does not answer")

    monkeypatch.setattr(window_mask, "windows", unknown)
    fact, image = take(hide_windows=("*doctor*",))

    assert (fact["status"], fact["blurred"], fact["hidden_windows"]) == ("taken", True, None)
    assert fact["hiding_failed"] == "the display does not answer"
    assert "could not be obeyed: the display does not answer" in caplog.text
    assert steepest(sharp) > 150
    assert steepest(image) < 40, "no edge is left of it"


def test_an_error_that_quotes_a_title_quotes_it_to_nobody(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fails() -> list[object]:
        raise ValueError(TITLE)

    monkeypatch.setattr(windows_x11, "windows", fails)
    fact, _ = take(hide_windows=("*doctor*",))

    assert fact["hiding_failed"] == "the list of windows failed: ValueError"
    assert "doctor" not in f"{fact} {caplog.text}"


def steepest(image: Image.Image) -> int:
    """Return the largest difference between two adjacent pixels."""
    grey = image.convert("L")
    row = grey.crop((0, 200, grey.width, 201)).tobytes()
    return max(abs(a - b) for a, b in pairwise(row))


def test_a_monitor_that_is_black_is_counted_and_the_other_shown(open_window: OpenWindow):
    subprocess.run(["xsetroot", "-solid", "black"], check=True)
    open_window("Work", at="+1000+100", color=GREEN)

    fact, image = take()

    assert (fact["status"], fact["monitors"], fact["black_monitors"]) == ("taken", 2, 1)
    assert count(image, GREEN) > 10_000


def test_a_window_that_was_closed_meanwhile_is_no_error(open_window: OpenWindow):
    number = int(open_window("Work", at="+50+50", color=GREEN))
    closed_window = number + 0x1000

    with Display() as display:
        assert display.attributes(number) is not None
        assert display.attributes(closed_window) is None
        assert display.children(closed_window) == []
        assert display.texts(closed_window, "WM_CLASS") == []


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("Kaiserstraße".encode(), "Kaiserstraße"),
        ("Kaiserstraße".encode("latin-1"), "Kaiserstraße"),
        ("Kaiserstraße €".encode()[:-1], "Kaiserstraße "),
    ],
    ids=["utf-8", "latin-1", "cut"],
)
def test_a_title_is_read_as_it_was_written(stored: bytes, expected: str):
    assert expected in decoded(stored)
