"""Linux: whether the employee is logged in at this device, so that their agent may report.

The rule is written down in docs/operations.md, under "What online means". A service of the user's
systemd also runs with an ssh log-in, and with linger for nobody at all.
"""

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from wfhagent.desktop.services import LOGIN1, PROPERTIES, Service

log = logging.getLogger(__name__)

SESSION = f"{LOGIN1.name}.Session"

VARIABLE = "WFHAGENT_FOLLOWS_SESSION"
"""Set by our unit. An agent that was typed by hand reports for as long as it runs."""
GRAPHICAL = frozenset({"x11", "wayland", "mir"})
PEOPLE = frozenset({"user", "user-early"})
"""The classes of sessions that are not a greeter, a lock screen or a service."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


class LoginSession(NamedTuple):
    """One session of a user, in logind's words; *seat* is empty over a network."""

    kind: str
    klass: str
    state: str
    seat: str


def counts(session: LoginSession, *, has_display: bool) -> bool:
    """Tell whether somebody sits at *session*: at the screen of the device, or at a remote desktop.

    A desktop that was started within a plain log-in (startx, X2Go) is no graphical session to
    logind. There the agent counts it by *has_display*: its own environment names a display.
    """
    if session.klass not in PEOPLE or session.state == "closing":
        return False
    return session.kind in GRAPHICAL or bool(session.seat) or has_display


def is_attended(
    sessions: Iterable[LoginSession] | None, environment: Mapping[str, str] = os.environ
) -> bool:
    """Tell whether one of *sessions* counts; so does a system without logind, which gives None."""
    if sessions is None:
        return True
    has_display = any(environment.get(name) for name in DISPLAYS)
    return any(counts(session, has_display=has_display) for session in sessions)


def own_sessions() -> list[LoginSession] | None:
    """Return this user's sessions; None where no logind can be asked."""
    if sys.platform != "win32":
        try:
            return _ask_logind(os.getuid())
        except Exception as error:  # noqa: BLE001 -- the bus and jeepney fail in many ways
            log.debug("logind does not say who is logged in: %s", str(error) or repr(error))
    return None


def _ask_logind(uid: int) -> list[LoginSession]:
    from wfhagent.desktop.bus import system_bus  # noqa: PLC0415 -- off the start

    with system_bus() as bus:
        (listed,) = bus.call(LOGIN1, "ListSessions")
        sessions = []
        for path in (path for _, owner, _, _, path in listed if owner == uid):
            place = Service(LOGIN1.name, path, PROPERTIES)
            (found,) = bus.call(place, "GetAll", "s", SESSION)
            sessions.append(_session(found))
        return sessions


def _session(found: Mapping[str, tuple[str, Any]]) -> LoginSession:
    (seat, _path) = found["Seat"][1]
    return LoginSession(found["Type"][1], found["Class"][1], found["State"][1], seat)


def employee_is_logged_in() -> bool:
    """Tell whether this user is logged in at the screen of the device, or at a remote desktop."""
    return is_attended(own_sessions())
