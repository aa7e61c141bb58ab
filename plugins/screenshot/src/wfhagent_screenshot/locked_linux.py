"""Whether the screen of a Linux session is locked; there are four ways to know, and many lockers.

logind has the LockedHint that GNOME, KDE and Xfce set; screen savers answer on the session bus;
XScreenSaver writes it on the display; and the small lockers, which tell nobody, are programs that
run as long as they lock.
"""

import os
import shutil
import subprocess
from pathlib import Path

from wfhagent.plugin.dbus import Bus, BusError, Service, session_bus
from wfhagent.plugin.x11 import Display, DisplayError

LOGINCTL_SECONDS = ANSWER_SECONDS = 3.0
SCREEN_SAVERS = (
    Service("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
    Service("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver", "org.cinnamon.ScreenSaver"),
    Service("org.mate.ScreenSaver", "/org/mate/ScreenSaver", "org.mate.ScreenSaver"),
    Service("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver", "org.xfce.ScreenSaver"),
    Service("org.freedesktop.ScreenSaver", "/ScreenSaver", "org.freedesktop.ScreenSaver"),
)
LOCKERS = frozenset(
    {"gtklock", "hyprlock", "i3lock", "slock", "swaylock", "waylock", "xsecurelock", "xtrlock"}
)


def is_locked() -> bool:
    """Tell whether one of the four says so."""
    return _is_hinted() or _runs_a_locker() or _is_written() or _is_saved()


def _is_hinted() -> bool:
    program = shutil.which("loginctl")
    if program is None:
        return False
    session = os.environ.get("XDG_SESSION_ID", "auto")
    try:
        answer = subprocess.run(  # noqa: S603 -- found on PATH, fixed arguments
            [program, "show-session", session, "--property=LockedHint", "--value"],
            capture_output=True,
            timeout=LOGINCTL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == b"yes"


def _runs_a_locker() -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text(encoding="utf-8").strip() not in LOCKERS:
                continue
            if process.stat().st_uid == Path("/proc/self").stat().st_uid:
                return True
        except (OSError, ValueError):
            # It ended meanwhile, or calls itself something that is no text.
            continue
    return False


def _is_written() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    try:
        with Display() as display:
            # What follows is a time, and no name of anything.
            return display.atoms(display.root, "_SCREENSAVER_STATUS", most=1) == ["LOCK"]
    except DisplayError:
        return False


def _is_saved() -> bool:
    try:
        with session_bus() as bus:
            return any(_is_active(bus, service) for service in SCREEN_SAVERS)
    except BusError:
        return False


def _is_active(bus: Bus, saver: Service) -> bool:
    try:
        (active,) = bus.call(saver, "GetActive", seconds=ANSWER_SECONDS, start=False)
    except BusError:
        return False
    return active is True
