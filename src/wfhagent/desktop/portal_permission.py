"""Whether screenshots are allowed on this Wayland desktop, without making it ask.

The desktop portal asks its user when a program without a stored answer takes a screenshot. The
answers are in the PermissionStore, by the portal's name of the program.
https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.impl.portal.PermissionStore.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wfhagent.desktop.services import (
    BUS,
    PERMISSION_STORE,
    PORTAL_SCREENSHOT,
    Service,
    properties_of,
)

if TYPE_CHECKING:
    from wfhagent.desktop.bus import Bus

Call = tuple[Any, ...]
"""The arguments of `Bus.call`: service, method, signature and body."""

QUESTION_SECONDS = 25
"""GNOME and Plasma ignore an answer that comes later: the portal's own call has ended by then."""
AGENT_APP = ""
"""The portal's name of whatever is no application of a desktop, such as the agent's service."""
TABLE = ENTRY = "screenshot"
LOOK_UP: Call = (PERMISSION_STORE, "Lookup", "ss", TABLE, ENTRY)
"""What is stored: `a{sas}` by program, and a variant."""
PORTAL_VERSION: Call = (
    *(properties_of(PORTAL_SCREENSHOT), "Get", "ss"),
    *(PORTAL_SCREENSHOT.interface, "version"),
)
"""The version of the portal's Screenshot interface: a variant of `u`."""
LIST_NAMES: Call = (BUS, "ListNames")
"""The names of all programs on the bus: `as`."""

_ASKING_VERSION = 2
"""The portal asks if both it and its back end have this version of the interface.

https://github.com/flatpak/xdg-desktop-portal/blob/1.16.0/src/screenshot.c. The back end of
Plasma 5.27 is older, so that desktop takes a screenshot without asking anybody.
"""
_BACK_END = "org.freedesktop.impl.portal.desktop."
_BACK_END_SCREENSHOT = "org.freedesktop.impl.portal.Screenshot"
_LAUNCHER = r"app-(?:[A-Za-z0-9]+-)?"
_UNITS = (
    re.compile(rf"{_LAUNCHER}(.+?)-[A-Za-z0-9]*\.(?:scope|slice)"),
    re.compile(rf"{_LAUNCHER}(.+?)(?:[@-][A-Za-z0-9]*)?\.service"),
)
"""https://systemd.io/DESKTOP_ENVIRONMENTS/"""


class PortalPermission(StrEnum):
    """What is stored for a program; a screenshot of an UNANSWERED one makes the portal ask."""

    NOT_NEEDED = "not needed"
    ALLOWED = "allowed"
    DENIED = "denied"
    UNANSWERED = "unanswered"


class PortalError(Exception):
    """The session bus is gone, or the portal does not answer."""


def portal_permission(app: str | None = None) -> PortalPermission:
    """Return what is stored for *app*, by default for the program that this process belongs to.

    Raises:
        PortalError: the bus or the portal does not answer.
    """
    from wfhagent.desktop.bus import BusError, session_bus  # noqa: PLC0415 -- on Linux only

    try:
        bus = session_bus()
    except BusError as error:
        raise PortalError("there is no session bus") from error
    with bus:
        version = _version(bus)
        permissions = _answer(bus, LOOK_UP, ({},))
    return permission_of(version, permissions[0], own_app() if app is None else app)


def permission_of(
    version: int, permissions: Mapping[str, Sequence[str]], app: str
) -> PortalPermission:
    """Return what *permissions* of the store say of *app*. Pure.

    *version* is that of `asking_version`.
    """
    if version < _ASKING_VERSION:
        return PortalPermission.NOT_NEEDED
    known: dict[tuple[str, ...], PortalPermission] = {
        ("yes",): PortalPermission.ALLOWED,
        ("no",): PortalPermission.DENIED,
    }
    return known.get(tuple(permissions.get(app, ())), PortalPermission.UNANSWERED)


def _version(bus: "Bus") -> int:
    portal = _answer(bus, PORTAL_VERSION, (("u", 0),))
    names = _answer(bus, LIST_NAMES, ([],))
    calls = [back_end_version(name) for name in back_ends_in(names[0])]
    back_ends = [_answer(bus, call, (("u", 0),)) for call in calls]
    return asking_version(portal[0][1], [version[0][1] for version in back_ends])


def asking_version(portal: int, back_ends: Sequence[int]) -> int:
    """Return the version of the interface that decides whether the portal asks. Pure.

    *portal* is that of the portal, *back_ends* are those of its back ends that run.
    """
    return min(portal, max(back_ends, default=portal))


def back_ends_in(names: Iterable[str]) -> list[str]:
    """Return those of the bus's *names* that belong to back ends of the portal. Pure."""
    return [name for name in names if name.startswith(_BACK_END)]


def own_app() -> str:
    """Return the portal's name of the program that this process belongs to."""
    try:
        return app_in(Path("/proc/self/cgroup").read_text(encoding="utf-8"))
    except OSError:
        return AGENT_APP


def app_in(cgroup: str) -> str:
    """Return the portal's name of a program from its /proc/…/cgroup. Pure."""
    unit = cgroup.strip().rpartition("/")[2]
    for pattern in _UNITS:
        found = pattern.fullmatch(unit)
        if found:
            return found[1].replace(r"\x2d", "-")
    return AGENT_APP


def back_end_version(name: str) -> Call:
    """Return the call for the version of the back end *name*: `u`, an error where it has none."""
    back_end = Service(name, PORTAL_SCREENSHOT.path, _BACK_END_SCREENSHOT)
    return (properties_of(back_end), "Get", "ss", back_end.interface, "version")


def _answer(bus: "Bus", call: Call, otherwise: Call) -> Call:
    """Return the body of the answer, *otherwise* when it is an error: there is nothing stored."""
    from wfhagent.desktop.bus import BusError  # noqa: PLC0415 -- on Linux only

    try:
        return bus.call(*call)
    except BusError as error:
        if error.name:
            return otherwise
        raise PortalError(f"the desktop portal does not answer: {error}") from error
