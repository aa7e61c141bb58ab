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

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

QUESTION_SECONDS = 25
"""GNOME and Plasma ignore an answer that comes later: the portal's own call has ended by then."""
AGENT_APP = ""
"""The portal's name of whatever is no application of a desktop, such as the agent's service."""
TABLE = ENTRY = "screenshot"
STORE = "org.freedesktop.impl.portal.PermissionStore"
STORE_PATH = "/org/freedesktop/impl/portal/PermissionStore"

_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
_SCREENSHOT = "org.freedesktop.portal.Screenshot"
_ASKING_VERSION = 2
"""The portal asks if both it and its back end have this version of the interface.

https://github.com/flatpak/xdg-desktop-portal/blob/1.16.0/src/screenshot.c. The back end of
Plasma 5.27 is older, so that desktop takes a screenshot without asking anybody.
"""
_BACK_END = "org.freedesktop.impl.portal.desktop."
_BACK_END_SCREENSHOT = "org.freedesktop.impl.portal.Screenshot"
_CALL_SECONDS = 10.0
"""The first call may start the portal."""
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
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 -- on Linux only

    try:
        connection = open_dbus_connection("SESSION")
    except Exception as error:  # an address that jeepney cannot use has errors of many kinds
        raise PortalError("there is no session bus") from error
    with connection:
        version = _version(connection)
        permissions = _answer(connection, lookup_query(), ({},))
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


def _version(connection: "DBusConnection") -> int:
    portal = _answer(connection, version_query(), (("u", 0),))
    names = _answer(connection, names_query(), ([],))
    queries = [back_end_version_query(name) for name in back_ends_in(names[0])]
    back_ends = [_answer(connection, query, (("u", 0),)) for query in queries]
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


def version_query() -> "Message":
    """Return the call for the version of the portal's Screenshot interface: a variant of `u`."""
    from jeepney import DBusAddress, Properties  # noqa: PLC0415 -- on Linux only

    return Properties(DBusAddress(_PORTAL_PATH, _PORTAL, _SCREENSHOT)).get("version")


def names_query() -> "Message":
    """Return the call for the names of all programs on the bus: `as`."""
    from jeepney import message_bus  # noqa: PLC0415 -- on Linux only

    return message_bus.ListNames()


def back_end_version_query(name: str) -> "Message":
    """Return the call for the version of the back end *name*: `u`, an error where it has none."""
    from jeepney import DBusAddress, Properties  # noqa: PLC0415 -- on Linux only

    return Properties(DBusAddress(_PORTAL_PATH, name, _BACK_END_SCREENSHOT)).get("version")


def lookup_query() -> "Message":
    """Return the call for what is stored: `a{sas}` by program, and a variant."""
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 -- on Linux only

    store = DBusAddress(STORE_PATH, STORE, STORE)
    return new_method_call(store, "Lookup", "ss", (TABLE, ENTRY))


def _answer(
    connection: "DBusConnection", query: "Message", otherwise: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the body of the answer, *otherwise* when it is an error: there is nothing stored."""
    from jeepney import MessageType  # noqa: PLC0415 -- on Linux only

    try:
        reply = connection.send_and_get_reply(query, timeout=_CALL_SECONDS)
    except (OSError, EOFError, ValueError) as error:
        raise PortalError(f"the desktop portal does not answer: {type(error).__name__}") from error
    if reply.header.message_type is MessageType.error:
        return otherwise
    body: tuple[Any, ...] = reply.body
    return body
