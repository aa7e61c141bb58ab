"""Plasma on a virtual monitor: Wayland by KWin's virtual output, X11 in Xvfb."""

import re
import subprocess

from tests.waiting import wait_until
from tests.worlds.desktops.pictures import Box, keep
from tests.worlds.laptop import HOME, Laptop

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
export XDG_CURRENT_DESKTOP=KDE LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8 DISPLAY=:777
Xvfb $DISPLAY -screen 0 1280x800x24 -nolisten tcp &
until [ -S /tmp/.X11-unix/X777 ]; do sleep 0.1; done
exec startplasma-x11
"""
WIDTH, HEIGHT = 1280, 800
ICON = (1062, 778)
"""Where the first icon of the panel's tray is, on a monitor of 1280x800."""
ROW, SEPARATOR, MARGIN = 26, 7, 4
"""Heights in a menu of Breeze, in pixels."""
COLORS = 8
"""An empty panel has fewer."""


class Plasma:
    """The desktop of *laptop* under Wayland, from its log-in on."""

    session_type = "wayland"
    start = START_WAYLAND

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop

    def prepare(self) -> None:
        """Prepare, before the boot, what a headless login needs."""
        unit = "/etc/systemd/user/plasma-kwin_wayland.service.d/virtual.conf"
        self.laptop.write(unit, VIRTUAL)
        self.laptop.write("/usr/local/bin/plasma-start", self.start, 0o755)
        # A container may not raise its own priority.
        tree = str(self.laptop.tree)
        subprocess.run(["chroot", tree, "setcap", "-r", "/usr/bin/kwin_wayland"], check=False)

    def log_in(self) -> None:
        """Log in and wait for the panel."""
        self.laptop.log_in("/usr/local/bin/plasma-start", XDG_SESSION_TYPE=self.session_type)
        wait_until(
            lambda: self.laptop.unit_state("plasma-plasmashell.service") == "active", "the panel"
        )

    def lock(self) -> None:
        """Lock the screen."""
        name = "org.freedesktop.ScreenSaver"
        self.laptop.call(name, "/ScreenSaver", f"{name}.Lock")

    def unlock(self) -> None:
        """Unlock it, as a password would."""
        self.laptop.run("loginctl", "unlock-sessions")

    def picture(self, name: str, part: Box | None = None) -> None:
        """Take the picture *name* of the monitor, or of *part* of it."""
        self._take(f"{HOME}/{name}")
        keep(self.laptop, name, None if part is None else part.widened())

    def _take(self, file: str) -> None:
        self.laptop.in_session("spectacle", "-b", "-n", "-f", "-o", file)


class PlasmaX11(Plasma):
    """The same under X11, where it can be clicked."""

    session_type = "x11"
    start = START_X11

    def _take(self, file: str) -> None:
        self.laptop.in_session("import", "-window", "root", file)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move the pointer there and click."""
        place = ["mousemove", str(x), str(y), "click", str(button)]
        self.laptop.in_session("xdotool", *place)

    def has_icon(self) -> bool:
        """Tell whether the panel shows an icon at its place: more than one color."""
        left, top = ICON[0] - 12, ICON[1] - 12
        cut = f"import -window root -crop 24x24+{left}+{top} miff:- | identify -format %k -"
        return int(self.laptop.in_session("sh", "-c", cut)) > COLORS

    def open_menu(self) -> Box:
        """Open the icon's menu by a click and return where it is."""
        self.click(*ICON, button=3)
        return wait_until(self._menu, "the menu is open")

    def menu_and_panel(self, menu: Box) -> Box:
        """Return where *menu* and the panel below it are."""
        return Box(menu.x, menu.y, WIDTH - menu.x, HEIGHT - menu.y)

    def close_menu(self) -> None:
        """Close it without choosing anything."""
        self.click(300, 200)  # On the desktop, where nothing is.
        wait_until(lambda: self._menu() is None, "the menu is closed")

    def _menu(self) -> Box | None:
        search = ["xdotool", "search", "--onlyvisible", "--class", "plasmashell"]
        geometry = ["getwindowgeometry", "--shell", "%@"]
        shown = self.laptop.in_session(*search, *geometry, check=False)
        numbers = re.findall(r"X=(\d+)\nY=(\d+)\nWIDTH=(\d+)\nHEIGHT=(\d+)", shown)
        boxes = [Box(*map(int, found)) for found in numbers]
        # The others are the panel and the desktop, as wide as the monitor.
        return next((box for box in boxes if box.width < WIDTH and box.height > ROW), None)
