"""Whoever knows font, place and size of a text learns no digit of it from a blurred screenshot.

The attack: draw each possible text the same way, and compare. Three of the six digits are even
known beforehand.
"""

import io
import subprocess
from collections import Counter

import pytest
from PIL import Image, ImageDraw, ImageFont

from wfhagent_screenshot import text_size
from wfhagent_screenshot.imaging import blurred, encode
from wfhagent_screenshot.shot import LEAST_TEXT_HEIGHTS

KNOWN = "417"
POSSIBLE = [f"{KNOWN}{number:03d}" for number in range(1000)]
QUALITY = 50


def screenshot_of(code: str, at: tuple[int, int], *, text_height: int, square: float) -> bytes:
    """Return the pixels that travel of a window with *code* in it, once they are decoded."""
    side = text_height * 16
    image = Image.new("RGB", (side, side // 2), "white")
    font = ImageFont.load_default(text_height)
    scaled = (at[0] * text_height // 16, at[1] * text_height // 16)
    ImageDraw.Draw(image).text(scaled, code, font=font, fill=(20, 20, 20))
    encoded = encode(blurred(image, square), QUALITY)
    return Image.open(io.BytesIO(encoded)).tobytes()


def compare(at: tuple[int, int], *, text_height: int, square: float) -> tuple[int, int]:
    """Return how many screenshots differ, and how many of them belong to one code only."""
    screenshots = Counter(
        screenshot_of(code, at, text_height=text_height, square=square) for code in POSSIBLE
    )
    return len(screenshots), sum(times == 1 for times in screenshots.values())


def test_the_attack_works_on_squares_that_are_too_small():
    _, found = compare((40, 40), text_height=15, square=4)

    assert found > 900


@pytest.mark.parametrize(
    ("at", "text_height"),
    [((40, 40), 15), ((33, 31), 16), ((50, 57), 15), ((64, 64), 16), ((7, 90), 15)],
)
def test_at_the_least_square_the_attack_stays_at_chance(at: tuple[int, int], text_height: int):
    least = LEAST_TEXT_HEIGHTS * text_size.HEIGHT

    distinguished, found = compare(at, text_height=text_height, square=least)

    # The best guess is right once for each screenshot: a blind one would be 1 time in 1,000.
    assert distinguished <= 5
    assert found <= 1


def test_the_square_grows_with_the_scale_of_the_desktop(
    screen: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("GDK_SCALE", "QT_SCALE_FACTOR"):
        monkeypatch.delenv(name, raising=False)
    usual = text_size.on_desktop()
    monkeypatch.setenv("GDK_SCALE", "2")
    doubled = text_size.on_desktop()

    assert (usual, doubled) == (16, 32)


def test_the_scale_is_read_from_the_resources_of_the_display(
    screen: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("GDK_SCALE", "QT_SCALE_FACTOR"):
        monkeypatch.delenv(name, raising=False)
    resources = "Xft.antialias:\t1\nXft.dpi:\t144\n"
    subprocess.run(["xrdb", "-nocpp", "-load", "-"], input=resources, text=True, check=True)
    try:
        assert text_size.on_desktop() == 24
    finally:
        subprocess.run(["xrdb", "-remove"], check=True)
