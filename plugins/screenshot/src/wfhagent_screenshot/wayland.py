"""Wayland, where a program may not read the screen but may ask for a screenshot."""

import io
import shutil
import subprocess

from PIL import Image, UnidentifiedImageError

from wfhagent_screenshot.errors import NoScreenshotError

GRIM_SECONDS = 5.0


def grab(*, may_ask: bool = False) -> Image.Image:
    """Return the desktop: by `grim`, which wlroots compositors (sway, …) answer, or by the portal.

    With *may_ask* the portal may ask its user whether that is allowed.

    Raises:
        NoScreenshotError: neither gives a screenshot.
    """
    # jeepney is for Linux only.
    from wfhagent_screenshot import portal  # noqa: PLC0415

    try:
        return _ask_grim()
    except NoScreenshotError as without_grim:
        try:
            return portal.grab(may_ask=may_ask)
        except NoScreenshotError as error:
            # Where the portal was denied, another way is of no use.
            grim = "" if error.status == "denied" else f"; {without_grim.reason}"
            reason = f"{error.reason}{grim}"
            raise NoScreenshotError(error.status, f"Wayland: {reason}") from error


def _ask_grim() -> Image.Image:
    program = shutil.which("grim")
    if program is None:
        raise NoScreenshotError("failed", "grim is not installed")
    try:
        output = subprocess.run(  # noqa: S603 -- found on PATH, fixed arguments
            [program, "-t", "ppm", "-"], capture_output=True, timeout=GRIM_SECONDS, check=True
        ).stdout
        return Image.open(io.BytesIO(output)).convert("RGB")
    except subprocess.CalledProcessError as error:
        detail = (
            error.stderr.decode(errors="replace").strip() or f"it ended with {error.returncode}"
        )
        raise NoScreenshotError("failed", f"grim gave no picture: {detail[:100]}") from error
    except subprocess.TimeoutExpired as error:
        raise NoScreenshotError("failed", "grim gave no picture in time") from error
    except (OSError, UnidentifiedImageError) as error:
        raise NoScreenshotError(
            "failed", f"grim gave no picture: {type(error).__name__}"
        ) from error
