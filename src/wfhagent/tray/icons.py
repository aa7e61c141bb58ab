"""The pixels of an icon."""

import base64
import zlib
from collections.abc import Mapping
from enum import StrEnum

from wfhagent.tray import pixels
from wfhagent.tray.view import State

BYTES_PER_PIXEL = 4

Pixmap = tuple[int, int, bytes]
"""Width, height, and four bytes per pixel: alpha, red, green, blue."""


class Panel(StrEnum):
    """What is behind the icon."""

    LIGHT = "light"
    DARK = "dark"


def icon(state: State, panel: Panel) -> list[Pixmap]:
    """Return the icon of *state* in all its sizes."""
    return _ICONS[f"{state}-{panel}"]


def _unpack() -> Mapping[str, list[Pixmap]]:
    packed = zlib.decompress(base64.b85decode(pixels.PACKED))
    icons: dict[str, list[Pixmap]] = {}
    start = 0
    for name in pixels.NAMES:
        icons[name] = []
        for size in pixels.SIZES:
            end = start + size * size * BYTES_PER_PIXEL
            icons[name].append((size, size, packed[start:end]))
            start = end
    return icons


_ICONS = _unpack()
