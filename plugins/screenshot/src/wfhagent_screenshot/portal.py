"""The desktop portal of GNOME, KDE and others, which may ask its user before it gives a picture.

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
from platformdirs import user_pictures_dir

from wfhagent.plugin import (
    QUESTION_SECONDS,
    PortalError,
    PortalPermission,
    own_app,
    portal_permission,
)
from wfhagent_screenshot.errors import NoPictureError
from wfhagent_screenshot.session_bus import BusError, Service, SessionBus, session_bus

PICTURE_SECONDS = 20.0
ANSWER_SECONDS = QUESTION_SECONDS + 5.0
"""The portal of GNOME 43 does not say that the time for an answer is over."""

NAME = "org.freedesktop.portal.Desktop"
SCREENSHOT = Service(NAME, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Screenshot")
PERMISSIONS = Service(
    "org.freedesktop.impl.portal.PermissionStore",
    "/org/freedesktop/impl/portal/PermissionStore",
    "org.freedesktop.impl.portal.PermissionStore",
)
TABLE = "screenshot"
"""Of the PermissionStore; its one entry has the same name."""
REQUEST = "org.freedesktop.portal.Request"
DONE = 0
ALLOW = "allow them with `wfhagent screenshot allow`"


def grab(*, may_ask: bool = False) -> Image.Image:
    """Return the desktop; the file in which the portal gives it is deleted.

    Only with *may_ask* its user may be asked, also after an earlier "no".

    Raises:
        NoPictureError: there is no portal, no permission, or no picture in time.
    """
    try:
        permission = portal_permission()
        asks = permission in {PortalPermission.DENIED, PortalPermission.UNANSWERED}
        if asks and not may_ask:
            raise NoPictureError("denied", f"{_NOT_ALLOWED[permission]}: {ALLOW}")
        with session_bus() as bus:
            if permission is PortalPermission.DENIED:
                bus.call(PERMISSIONS, "DeletePermission", "sss", TABLE, TABLE, own_app())
            problem, results = _ask(bus, ANSWER_SECONDS if asks else PICTURE_SECONDS)
        if problem:
            raise _refusal(problem, portal_permission())
        return _taken(results)
    except (BusError, PortalError) as error:
        raise NoPictureError("failed", f"the desktop portal cannot be asked: {error}") from error


_NOT_ALLOWED = {
    PortalPermission.DENIED: "screenshots were denied on this desktop",
    PortalPermission.UNANSWERED: "screenshots are not allowed on this desktop yet",
}


def _refusal(problem: str, permission: PortalPermission) -> NoPictureError:
    """Return why there is no picture; *permission* is what is stored now."""
    if permission is PortalPermission.DENIED:
        return NoPictureError("denied", _NOT_ALLOWED[permission])
    if permission is PortalPermission.UNANSWERED:
        return NoPictureError(
            "denied", f"the question was not answered within {QUESTION_SECONDS} seconds"
        )
    folder = Path(user_pictures_dir())
    # Plasma's portal keeps the picture there, and only says that it has none.
    is_there = os.path.isdir(folder)  # noqa: PTH112 -- Path.is_dir may raise
    hint = "" if is_there else f"; the folder {folder}, which it may need, does not exist"
    return NoPictureError("failed", f"the desktop portal {problem}{hint}")


def _ask(bus: SessionBus, seconds: float) -> tuple[str, dict[str, Any]]:
    """Return what went wrong, else nothing and the portal's results."""
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
        except TimeoutError:
            # A question that is still on the screen goes with it.
            with suppress(BusError):
                bus.call(Service(NAME, path, REQUEST), "Close", "")
            return f"gave no picture within {seconds:g} s", {}
    return ("" if answer == DONE else f"gave no picture ({answer})"), results


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
