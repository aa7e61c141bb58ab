"""The desktop portal of GNOME, KDE and others: its picture, and whether its user allowed that.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html
"""

import io
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jeepney import MatchRule
from PIL import Image, UnidentifiedImageError

from wfhagent_screenshot.errors import NoPictureError
from wfhagent_screenshot.session_bus import BusError, Service, SessionBus, session_bus

PICTURE_SECONDS = 20.0
"""The first time the desktop asks its user, who must have time to answer."""

NAME = "org.freedesktop.portal.Desktop"
SCREENSHOT = Service(NAME, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Screenshot")
PERMISSIONS = Service(
    "org.freedesktop.impl.portal.PermissionStore",
    "/org/freedesktop/impl/portal/PermissionStore",
    "org.freedesktop.impl.portal.PermissionStore",
)
REQUEST = "org.freedesktop.portal.Request"
DONE, CANCELLED = 0, 1
ALLOW = "allow it with `wfhagent screenshot allow` or in the desktop's settings"


def grab() -> Image.Image:
    """Return the desktop; the file in which the portal gives it is deleted.

    Raises:
        NoPictureError: there is no portal, no permission, or no picture in time.
    """
    try:
        with session_bus() as bus:
            answer, results = _ask(bus, PICTURE_SECONDS)
            if answer == DONE:
                return _taken(results)
            if answer == CANCELLED or _is_forbidden(bus):
                raise NoPictureError(
                    "denied", f"screenshots are not allowed to this program: {ALLOW}"
                )
    except BusError as error:
        raise NoPictureError("failed", f"the desktop portal cannot be asked: {error}") from error
    raise NoPictureError("failed", f"the desktop portal refused: {answer}")


def _ask(bus: SessionBus, seconds: float) -> tuple[int, dict[str, Any]]:
    """Return the portal's answer: 0 for done, 1 for cancelled by the user, 2 for all else."""
    token = f"wfhagent{secrets.token_hex(8)}"
    sender = bus.name.removeprefix(":").replace(".", "_")
    # Where the answer will come from is known beforehand, so that none is missed.
    path = f"/org/freedesktop/portal/desktop/request/{sender}/{token}"
    rule = MatchRule(type="signal", interface=REQUEST, member="Response", path=path)
    options = {"handle_token": ("s", token), "interactive": ("b", False)}
    with bus.signals(rule) as answers:
        bus.call(SCREENSHOT, "Screenshot", "sa{sv}", "", options)
        try:
            answer, results = answers.next(seconds)
        except TimeoutError as error:
            # A question that is still on the screen goes with it.
            with suppress(BusError):
                bus.call(Service(NAME, path, REQUEST), "Close", "")
            raise NoPictureError(
                "failed",
                f"the desktop portal gave no picture within {seconds:g} s; if it asked: {ALLOW}",
            ) from error
    return answer, results


def _taken(results: dict[str, Any]) -> Image.Image:
    address = urlsplit(str(results.get("uri", ("s", ""))[1]))
    if address.scheme != "file" or not address.path:
        raise NoPictureError("failed", "the desktop portal named no file")
    file = Path(unquote(address.path))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoPictureError(
            "failed", f"the picture of the desktop portal cannot be read: {error.strerror}"
        ) from error
    finally:
        _delete(file)
    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise NoPictureError("failed", "what the desktop portal gave is no picture") from error


def _delete(file: Path) -> None:
    """Delete *file*, or at least leave nothing in it.

    Raises:
        NoPictureError: neither is allowed; a picture that stays is none that was agreed to.
    """
    try:
        file.unlink(missing_ok=True)
    except OSError:
        try:
            os.truncate(file, 0)
        except OSError as error:
            raise NoPictureError(
                "failed", f"the file of the desktop portal cannot be deleted: {error.strerror}"
            ) from error


def _is_forbidden(bus: SessionBus) -> bool:
    """Tell whether the user's "no" is stored for this program."""
    try:
        allowed, _data = bus.call(PERMISSIONS, "Lookup", "ss", "screenshot", "screenshot")
    except BusError:
        return False
    try:
        # Programs are told apart by their systemd unit, those without one are "".
        unit = Path("/proc/self/cgroup").read_text(encoding="utf-8")
    except OSError:
        unit = ""
    return any("no" in answers for app, answers in allowed.items() if app in unit)
