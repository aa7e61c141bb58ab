"""Wayland, where a program may not read the screen but may ask the compositor."""

import io
import os
import shutil
import subprocess
import sys

from PIL import Image, UnidentifiedImageError

from wfhagent_screenshot.errors import NoPictureError

GRIM_SECONDS = 10.0


def is_session() -> bool:
    """Tell whether this desktop session is Wayland."""
    return sys.platform == "linux" and (
        os.environ.get("XDG_SESSION_TYPE") == "wayland" or bool(os.environ.get("WAYLAND_DISPLAY"))
    )


def grab() -> Image.Image:
    """Return the desktop by way of `grim`, which wlroots compositors (sway, …) answer.

    Raises:
        NoPictureError: there is no grim, or the compositor refuses.
    """
    program = shutil.which("grim")
    if program is None:
        raise NoPictureError("failed", "Wayland: the program grim is not installed")
    try:
        output = subprocess.run(  # noqa: S603 -- found on PATH, fixed arguments
            [program, "-t", "ppm", "-"], capture_output=True, timeout=GRIM_SECONDS, check=True
        ).stdout
        return Image.open(io.BytesIO(output)).convert("RGB")
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip() or f"it ended with {error.returncode}"
        raise NoPictureError("failed", f"Wayland: grim gave no picture: {said[:200]}") from error
    except (OSError, subprocess.TimeoutExpired, UnidentifiedImageError) as error:
        raise NoPictureError("failed", f"Wayland: grim gave no picture: {error}") from error
