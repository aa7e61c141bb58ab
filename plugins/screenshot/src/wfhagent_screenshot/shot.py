"""One screenshot of all monitors, with nothing on it that must not be seen."""

from dataclasses import dataclass

from PIL import Image

from wfhagent_screenshot import imaging
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.desktop import opened
from wfhagent_screenshot.errors import NoScreenshotError
from wfhagent_screenshot.window_mask import WindowMask

LEAST_TEXT_HEIGHTS = 2.0
"""Squares of a blur are at least this many times as high as text: smaller ones give it away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """The screenshot, and what was done to it.

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
        NoScreenshotError: there is no display, no permission, or only black.
    """
    with opened(may_ask=may_ask) as desktop:
        scale = imaging.scale_for(desktop.area, config.max_width, config.downscale)
        image = imaging.empty(desktop.area, scale)
        mask = WindowMask(config.hide_windows, has_windows=desktop.has_windows)
        seen = black = 0
        # One monitor at a time: several large ones at once would not fit into this process.
        for view in desktop.views:
            seen += 1
            black += imaging.is_black(view.image)
            mask.cover(view)
            imaging.place(view.image, image, view.area, desktop.area)
    if black == seen:
        raise NoScreenshotError("failed", "the system gave a picture that is all black")
    least = LEAST_TEXT_HEIGHTS * desktop.text_height * scale
    if mask.failure:
        image = imaging.unreadable(image, least)
    elif config.blur:
        image = imaging.blurred(image, max(config.blur, least))
    return Shot(
        image=image,
        scale=round(scale, 3),
        monitors=desktop.monitors,
        black_monitors=black,
        blurred=bool(mask.failure or config.blur),
        hidden_windows=mask.count,
        hiding_failed=mask.failure,
    )
