"""Pixels of an X display whose color depth mss does not read: 15, 16 or 30 bits."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageMath

from wfhagent.plugin.x11 import Display, DisplayError, Pixels
from wfhagent_screenshot.box import Box
from wfhagent_screenshot.errors import NoScreenshotError

PIXEL_BITS = (16, 32)
STRIP_PIXELS = 1 << 20
"""Converted at once: a color needs four bytes for each while it is computed."""


@contextmanager
def opened() -> Iterator[tuple[Box, Iterator[Image.Image]]]:
    """Yield the area of the display, and the one screenshot of all its monitors.

    Raises:
        NoScreenshotError: the display does not answer, or has no colors of its own.
    """
    try:
        with Display() as display:
            root = display.attributes(display.root)
            if root is None:
                raise NoScreenshotError("no_display", "the display does not say how large it is")
            area = Box(0, 0, root.width, root.height)
            yield area, iter([_screenshot(display, area, root.depth)])
    except DisplayError as error:
        raise NoScreenshotError("no_display", f"the display gives no picture: {error}") from error


def _screenshot(display: Display, area: Box, depth: int) -> Image.Image:
    image = Image.new("RGB", (area.width, area.height))
    rows = max(1, STRIP_PIXELS // area.width)
    for top in range(0, area.height, rows):
        strip = display.pixels(area.width, top, min(rows, area.height - top))
        if strip is None or not all(strip.masks) or strip.bits not in PIXEL_BITS:
            raise NoScreenshotError(
                "failed", f"the display has a color depth of {depth} bits, which cannot be read"
            )
        image.paste(_converted(strip, area.width), (0, top))
    return image


def _converted(strip: Pixels, width: int) -> Image.Image:
    size = (width, strip.rows)
    big = strip.big_endian
    if strip.bits == PIXEL_BITS[0]:
        mode = "I;16B" if big else "I;16"
        numbers = Image.frombuffer(mode, size, strip.data, "raw", mode, strip.stride, 1)
    else:
        mode = "I;32B" if big else "I;32"
        if big == (sys.byteorder == "big"):
            mode = "I"
        numbers = Image.frombuffer("I", size, strip.data, "raw", mode, strip.stride, 1)
    numbers = numbers.convert("I")
    return Image.merge("RGB", [_channel(numbers, mask) for mask in strip.masks])


def _channel(numbers: Image.Image, mask: int) -> Image.Image:
    """Return the bits of *mask* in each of *numbers*, spread over 0 to 255."""
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    channel: Image.Image = ImageMath.lambda_eval(
        lambda given: given["convert"](((given["n"] >> shift) & most) * 255 / most, "L"), n=numbers
    )
    return channel
