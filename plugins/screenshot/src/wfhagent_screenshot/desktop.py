"""Reads the pixels of the desktop, by whatever way this desktop offers."""

import os
import sys
from dataclasses import dataclass

import mss
from mss.exception import ScreenShotError
from PIL import Image

from wfhagent_screenshot import wayland
from wfhagent_screenshot.denied import is_denied
from wfhagent_screenshot.errors import NoPictureError


@dataclass(frozen=True, slots=True)
class Shot:
    """All monitors in one RGB *image*; *monitors* is how many, None where nobody tells."""

    image: Image.Image
    monitors: int | None


def grab() -> Shot:
    """Return the desktop as it is.

    Raises:
        NoPictureError: there is no display, no permission, or only black.
    """
    if is_denied():
        raise NoPictureError(
            "denied", "macOS: Screen Recording is not allowed for wfhagent in System Settings"
        )
    if wayland.is_session():
        # mss would talk to Xwayland, which gives a black image and no error.
        shot = Shot(wayland.grab(), None)
    elif sys.platform == "linux" and not os.environ.get("DISPLAY"):
        raise NoPictureError("no_display", "DISPLAY and WAYLAND_DISPLAY are not set")
    else:
        shot = _grab_with_mss()
    if _is_black(shot.image):
        raise NoPictureError("failed", "the system gave a picture that is all black")
    return shot


def _grab_with_mss() -> Shot:
    try:
        with mss.MSS() as screens:
            # The first entry is all monitors together.
            everything, *each = screens.monitors
            pixels = screens.grab(everything)
    except ScreenShotError as error:
        # On X11 this is a display that does not answer; elsewhere a session without a desktop.
        status = "no_display" if sys.platform == "linux" else "failed"
        raise NoPictureError(status, f"the display gives no picture: {error}") from error
    image = Image.frombuffer("RGB", pixels.size, pixels.raw, "raw", "BGRX", 0, 1)
    return Shot(image, len(each))


def _is_black(image: Image.Image) -> bool:
    """Tell whether every pixel is black: a screen that is off, or a compositor that refuses."""
    return image.convert("L").getextrema() == (0, 0)
