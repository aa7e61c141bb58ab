"""One screenshot of all monitors, with nothing on it that must not be seen."""

from dataclasses import dataclass

from PIL import Image

from wfhagent_screenshot import picture
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.curtain import Curtain
from wfhagent_screenshot.desktop import opened
from wfhagent_screenshot.errors import NoPictureError

LEAST_TEXT_HEIGHTS = 2.0
"""Squares of a blur are at least this many times as high as text: smaller ones give it away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """The picture, and what was done to it.

    Attributes:
        image: all monitors, as they lie on the desktop.
        scale: pixels of it for one of the desktop.
        monitors: how many there are; None where nobody tells.
        black_monitors: how many of them showed nothing but black.
        blurred: whether nothing small can be recognized.
        hidden_windows: how many windows are painted over; None when that failed.
        hiding_failed: why it failed, empty when it did not.
    """

    image: Image.Image
    scale: float
    monitors: int | None
    black_monitors: int
    blurred: bool
    hidden_windows: int | None
    hiding_failed: str


def take(config: ScreenshotConfig, *, may_ask: bool = False) -> Shot:
    """Return the desktop as it is now; with *may_ask* the desktop may ask its user first.

    Raises:
        NoPictureError: there is no display, no permission, or only black.
    """
    with opened(may_ask=may_ask) as desktop:
        scale = picture.scale_for(desktop.area, config.max_width, config.downscale)
        image = picture.empty(desktop.area, scale)
        curtain = Curtain(config.hide_windows, has_windows=desktop.has_windows)
        seen = black = 0
        # One monitor at a time: several large ones at once would not fit into this process.
        for view in desktop.views:
            seen += 1
            black += picture.is_black(view.image)
            curtain.cover(view)
            picture.place(view.image, image, view.area, desktop.area)
    if black == seen:
        raise NoPictureError("failed", "the system gave a picture that is all black")
    least = LEAST_TEXT_HEIGHTS * desktop.text_height * scale
    if curtain.failure:
        image = picture.unreadable(image, least)
    elif config.blur:
        image = picture.blurred(image, max(config.blur, least))
    return Shot(
        image=image,
        scale=round(scale, 3),
        monitors=desktop.monitors,
        black_monitors=black,
        blurred=bool(curtain.failure or config.blur),
        hidden_windows=curtain.count,
        hiding_failed=curtain.failure,
    )
