"""The desktop portal of GNOME, KDE and others, which may ask the user for permission first.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html
"""

import io
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import Image, UnidentifiedImageError
from platformdirs import user_pictures_dir

from wfhagent.plugin import (
    QUESTION_SECONDS,
    PortalError,
    PortalPermission,
    own_app,
    portal_permission,
)
from wfhagent.plugin.dbus import (
    PERMISSION_STORE,
    PORTAL,
    PORTAL_PATH,
    PORTAL_SCREENSHOT,
    Bus,
    BusError,
    Match,
    Service,
    session_bus,
)
from wfhagent_screenshot.errors import NoScreenshotError

SCREENSHOT_SECONDS = 20.0
ANSWER_SECONDS = QUESTION_SECONDS + 5.0
"""The portal of GNOME 43 does not say that the time for an answer is over."""

CALL_SECONDS = 3.0
"""For what the portal answers at once; the screenshot comes later, as a signal."""
TABLE = "screenshot"
"""Of the PermissionStore; its one entry has the same name."""
REQUEST = "org.freedesktop.portal.Request"
DONE = 0
ALLOW = "allow them with `wfhagent screenshot allow`"


def grab(*, may_ask: bool = False) -> Image.Image:
    """Return the desktop; the file in which the portal gives it is deleted.

    Only with *may_ask* its user may be asked, also after an earlier "no".

    Raises:
        NoScreenshotError: there is no portal, no permission, or no screenshot in time.
    """
    try:
        permission = portal_permission()
        asks = permission in {PortalPermission.DENIED, PortalPermission.UNANSWERED}
        if asks and not may_ask:
            raise NoScreenshotError("denied", f"{_NOT_ALLOWED[permission]}: {ALLOW}")
        with session_bus() as bus:
            if permission is PortalPermission.DENIED:
                bus.call(
                    *(PERMISSION_STORE, "DeletePermission", "sss", TABLE, TABLE, own_app()),
                    seconds=CALL_SECONDS,
                )
            problem, results = _ask(bus, ANSWER_SECONDS if asks else SCREENSHOT_SECONDS)
        if problem:
            raise _refusal(problem, portal_permission())
        return _taken(results)
    except (BusError, PortalError) as error:
        raise NoScreenshotError("failed", f"the desktop portal cannot be asked: {error}") from error


_NOT_ALLOWED = {
    PortalPermission.DENIED: "screenshots were denied on this desktop",
    PortalPermission.UNANSWERED: "screenshots are not allowed on this desktop yet",
}


def _refusal(problem: str, permission: PortalPermission) -> NoScreenshotError:
    """Return why there is no screenshot; *permission* is what is stored now."""
    if permission is PortalPermission.DENIED:
        return NoScreenshotError("denied", _NOT_ALLOWED[permission])
    if permission is PortalPermission.UNANSWERED:
        return NoScreenshotError(
            "denied", f"the question was not answered within {QUESTION_SECONDS} seconds"
        )
    folder = Path(user_pictures_dir())
    # Plasma's portal keeps the screenshot there, and only says that it has none.
    is_there = os.path.isdir(folder)  # noqa: PTH112 -- Path.is_dir may raise
    hint = "" if is_there else f"; the folder {folder}, which it may need, does not exist"
    return NoScreenshotError("failed", f"the desktop portal {problem}{hint}")


def _ask(bus: Bus, seconds: float) -> tuple[str, dict[str, Any]]:
    """Return what went wrong, else nothing and the portal's results."""
    token = f"wfhagent{secrets.token_hex(8)}"
    sender = bus.name.removeprefix(":").replace(".", "_")
    # Where the answer will come from is known beforehand, so that none is missed.
    path = f"{PORTAL_PATH}/request/{sender}/{token}"
    options = {"handle_token": ("s", token), "interactive": ("b", False)}
    answers = bus.signals(Match(REQUEST, "Response", path=path))
    bus.call(PORTAL_SCREENSHOT, "Screenshot", "sa{sv}", "", options, seconds=CALL_SECONDS)
    try:
        answer, results = answers.next(seconds).body
    except TimeoutError:
        # A question that is still on the screen goes with it.
        with suppress(BusError):
            bus.call(Service(PORTAL, path, REQUEST), "Close", seconds=CALL_SECONDS)
        return f"gave no picture within {seconds:g} s", {}
    return ("" if answer == DONE else f"gave no picture ({answer})"), results


def _taken(results: dict[str, Any]) -> Image.Image:
    address = urlsplit(str(results.get("uri", ("s", ""))[1]))
    if address.scheme != "file" or not address.path:
        raise NoScreenshotError("failed", "the desktop portal named no file")
    file = Path(unquote(address.path))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoScreenshotError(
            "failed", f"the picture of the desktop portal cannot be read: {error.strerror}"
        ) from error
    finally:
        _delete(file)
    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise NoScreenshotError("failed", "what the desktop portal gave is no picture") from error


def _delete(file: Path) -> None:
    """Delete *file*, or at least leave nothing in it.

    Raises:
        NoScreenshotError: neither is allowed; a screenshot that stays is none that was agreed to.
    """
    try:
        file.unlink(missing_ok=True)
    except OSError:
        try:
            os.truncate(file, 0)
        except OSError as error:
            raise NoScreenshotError(
                "failed", f"the file of the desktop portal cannot be deleted: {error.strerror}"
            ) from error
