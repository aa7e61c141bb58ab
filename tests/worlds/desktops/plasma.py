"""Plasma on a monitor that nobody sees: Wayland by KWin's virtual output, X11 in Xvfb."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.worlds.desktops.machine import USER, Machine, wait_until

PACKAGES = (
    *("kwin-wayland", "kwin-x11", "plasma-workspace", "plasma-workspace-wayland"),
    *("plasma-desktop", "xdg-desktop-portal-kde", "xdg-desktop-portal", "libkscreenlocker5"),
    *("kde-spectacle", "pipewire", "wireplumber", "libgl1-mesa-dri", "libegl1", "breeze"),
    *("breeze-icon-theme", "fonts-dejavu-core", "xwayland", "xvfb", "xdotool", "imagemagick"),
    *("libglib2.0-bin", "libcap2-bin"),
)
VIRTUAL = """\
[Service]
ExecStart=
ExecStart=/usr/bin/kwin_wayland_wrapper --virtual --width 1280 --height 800 --xwayland
"""
START_WAYLAND = """\
#!/bin/sh
export XDG_CURRENT_DESKTOP=KDE LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8 KDE_FULL_SESSION=true
exec startplasma-wayland
"""
START_X11 = """\
#!/bin/sh
export XDG_CURRENT_DESKTOP=KDE LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8 DISPLAY=:7
Xvfb :7 -screen 0 1280x800x24 -nolisten tcp &
exec startplasma-x11
"""


class Plasma:
    """The desktop of *machine* under Wayland, from its log-in on."""

    session_type = "wayland"
    start = START_WAYLAND

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def prepare(self) -> None:
        """Lay out, before the boot, what a headless log-in needs."""
        unit = "/etc/systemd/user/plasma-kwin_wayland.service.d/virtual.conf"
        self.machine.write(unit, VIRTUAL)
        self.machine.write("/usr/local/bin/plasma-start", self.start, 0o755)
        # A container may not raise its own priority.
        tree = str(self.machine.tree)
        subprocess.run(["chroot", tree, "setcap", "-r", "/usr/bin/kwin_wayland"], check=False)

    def log_in(self) -> None:
        """Log in and wait for the panel."""
        self.machine.log_in("/usr/local/bin/plasma-start", XDG_SESSION_TYPE=self.session_type)
        wait_until(
            lambda: self.machine.user_unit("plasma-plasmashell.service") == "active", "the panel"
        )

    def lock(self) -> None:
        """Lock the screen."""
        name = "org.freedesktop.ScreenSaver"
        self.machine.call(name, "/ScreenSaver", f"{name}.Lock")

    def unlock(self) -> None:
        """Unlock it, as a password would."""
        self.machine.run("loginctl", "unlock-sessions")

    def picture(self, file: Path) -> None:
        """Write what the monitor shows into *file*."""
        there = f"/home/{USER}/{file.name}"
        self.machine.in_session("spectacle", "-b", "-n", "-f", "-o", there)
        self._fetch(there, file)

    def _fetch(self, there: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        inside = self.machine.tree / there.lstrip("/")
        wait_until(inside.exists, "the picture")
        shutil.copyfile(inside, file)


class PlasmaX11(Plasma):
    """The same under X11, where it can be clicked."""

    session_type = "x11"
    start = START_X11

    def picture(self, file: Path) -> None:
        there = f"/home/{USER}/{file.name}"
        self.machine.in_session("import", "-window", "root", there)
        self._fetch(there, file)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move the pointer there and click."""
        place = ["mousemove", str(x), str(y), "click", str(button)]
        self.machine.in_session("xdotool", *place)

    def press(self, *keys: str) -> None:
        """Press *keys*, named as X names them."""
        self.machine.in_session("xdotool", "key", *keys)

    def windows(self, name: str) -> list[int]:
        """Return the numbers of the visible windows whose title is like *name*."""
        search = ["xdotool", "search", "--onlyvisible", "--name", name]
        return [
            int(one)
            for one in re.findall(
                r"^\d+$", self.machine.in_session(*search, check=False), re.MULTILINE
            )
        ]
