"""Reads the pixels of the desktop, by whatever way this desktop offers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import mss
from mss.exception import ScreenShotError
from PIL import Image

from wfhagent.plugin import is_wayland_session
from wfhagent_screenshot import text_size, wayland, x11_pixels
from wfhagent_screenshot.box import Box
from wfhagent_screenshot.denied import refuse_when_denied
from wfhagent_screenshot.errors import NoScreenshotError


@dataclass(frozen=True, slots=True)
class View:
    """What one monitor shows: *image* in RGB of *area*, which is where it is."""

    area: Box
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Desktop:
    """All monitors: *area* holds them all, *views* takes a screenshot of one after the other.

    *monitors* is how many there are, None where nobody tells. *has_windows* is whether the system
    tells which windows there are. *text_height* is that of usual text, in the unit of *area*.
    """

    area: Box
    views: Iterator[View]
    monitors: int | None
    has_windows: bool
    text_height: float


@contextmanager
def opened(*, may_ask: bool = False) -> Iterator[Desktop]:
    """Yield the desktop as it is; with *may_ask* Wayland's portal may ask its user first.

    Raises:
        NoScreenshotError: there is no display, or no permission.
    """
    refuse_when_denied()
    if is_wayland_session():
        yield _asked_for(may_ask=may_ask)
        return
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        raise NoScreenshotError("no_display", "DISPLAY and WAYLAND_DISPLAY are not set")
    try:
        screens = mss.MSS()
    except ScreenShotError as error:
        with _without_mss(error) as desktop:
            yield desktop
        return
    try:
        with screens:
            everything, *each = screens.monitors
            if _is_xwayland(each):
                # It gives a black image and no error.
                yield _asked_for(may_ask=may_ask)
                return
            views = (_view(screens, monitor) for monitor in each or [everything])
            height = text_size.on_desktop()
            yield Desktop(_box(everything), views, len(each) or 1, True, height)
    except ScreenShotError as error:
        raise NoScreenshotError("failed", f"the display gives no picture: {error}") from error


if sys.platform == "linux":

    @contextmanager
    def _without_mss(_error: ScreenShotError) -> Iterator[Desktop]:
        """Yield a desktop whose pixels mss does not know; say so when no display answers."""
        with x11_pixels.opened() as (area, screenshots):
            views = (View(area, screenshot) for screenshot in screenshots)
            yield Desktop(area, views, None, True, text_size.on_desktop())

else:

    @contextmanager
    def _without_mss(error: ScreenShotError) -> Iterator[Desktop]:
        """Raise: nobody else can read the pixels."""
        raise NoScreenshotError("failed", f"the display gives no picture: {error}") from error


def _asked_for(*, may_ask: bool) -> Desktop:
    image = wayland.grab(may_ask=may_ask)
    area = Box(0, 0, image.width, image.height)
    return Desktop(area, iter([View(area, image)]), None, False, text_size.unknown())


def _view(screens: mss.MSS, monitor: dict[str, int]) -> View:
    pixels = screens.grab(monitor)
    image = Image.frombuffer("RGB", pixels.size, pixels.raw, "raw", "BGRX", 0, 1)
    return View(_box(monitor), image)


def _box(monitor: dict[str, int]) -> Box:
    return Box(monitor["left"], monitor["top"], monitor["width"], monitor["height"])


def _is_xwayland(monitors: list[dict[str, object]]) -> bool:
    """Tell whether this is a Wayland session after all, whose variables nobody has set."""
    return bool(monitors) and all(
        str(monitor.get("output", "")).startswith("XWAYLAND") for monitor in monitors
    )
