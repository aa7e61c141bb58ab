"""Displays of every color depth give a screenshot, or a reason why not."""

import io
import subprocess
from collections.abc import Iterator

import pytest
from PIL import Image
from tests.displays import virtual_display

from wfhagent.testing import make_context
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig

COLORS = {"#35618e": (0x35, 0x61, 0x8E), "#e0902a": (0xE0, 0x90, 0x2A)}


@pytest.fixture(params=[15, 16, 24, 30])
def depth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with virtual_display("640x480", depth=request.param) as (display, _process):
        monkeypatch.setenv("DISPLAY", display)
        yield request.param


@pytest.mark.parametrize("color", COLORS)
def test_the_colors_are_right_at_each_depth(depth: int, color: str):
    subprocess.run(["xsetroot", "-solid", color], check=True)
    context = make_context()

    fact = Screenshot(ScreenshotConfig(notify=False)).collect(context)["screenshot"]

    assert (fact["status"], fact["width"], fact["height"]) == ("taken", 640, 480)
    image = Image.open(io.BytesIO(context.attachments[0].data)).convert("RGB")
    for where in ((3, 3), (320, 240), (636, 476)):
        seen = image.getpixel(where)
        # Five bits of a color are 8 of 255 apart.
        assert all(abs(a - b) <= 10 for a, b in zip(seen, COLORS[color], strict=True))


def test_a_depth_that_cannot_be_read_is_a_failure_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
):
    with virtual_display("640x480", depth=8) as (display, _process):
        monkeypatch.setenv("DISPLAY", display)
        fact = Screenshot(ScreenshotConfig(notify=False)).collect(make_context())["screenshot"]

    assert fact == {
        "status": "failed",
        "reason": "the display has a color depth of 8 bits, which cannot be read",
    }


def test_a_display_that_does_not_answer_is_no_display(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":4711")

    fact = Screenshot(ScreenshotConfig(notify=False)).collect(make_context())["screenshot"]

    assert fact["status"] == "no_display"
