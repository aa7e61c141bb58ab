"""GNOME on a virtual monitor, with a shell that can be queried and clicked.

Wayland by the shell's own virtual monitor, X11 in Xvfb.
"""

import json
from typing import Any

from tests.waiting import wait_until
from tests.worlds.desktops.pictures import Box, keep
from tests.worlds.laptop import HOME, Laptop

PACKAGES = (
    *("gnome-shell", "mutter", "gnome-session", "gnome-settings-daemon", "gjs", "gdm3"),
    *("xdg-desktop-portal", "xdg-desktop-portal-gnome", "xdg-desktop-portal-gtk"),
    *("pipewire", "wireplumber", "libgl1-mesa-dri", "libegl1", "libegl-mesa0", "libgles2"),
    *("dbus-x11", "adwaita-icon-theme", "fonts-dejavu-core", "xwayland", "gnome-keyring"),
    *("at-spi2-core", "python3-gi", "python3-dbus", "gnome-shell-extension-appindicator"),
    "xvfb",
)
INDICATORS = "ubuntu-appindicators@ubuntu.com"
WAYLAND_SHELL = """\
[Service]
ExecStart=
ExecStart=/usr/bin/gnome-shell --headless --wayland --no-x11 --unsafe-mode \
--virtual-monitor 1280x800
"""
X11_SHELL = """\
[Service]
ExecStart=
ExecStart=/usr/bin/gnome-shell --x11 --unsafe-mode
"""
START = """\
#!/bin/sh
export XDG_CURRENT_DESKTOP=GNOME XDG_SESSION_DESKTOP=gnome DESKTOP_SESSION=gnome
export LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8
if [ "$XDG_SESSION_TYPE" = x11 ]; then
  export DISPLAY=:777
  Xvfb $DISPLAY -screen 0 1280x800x24 -nolisten tcp &
  until [ -S /tmp/.X11-unix/X777 ]; do sleep 0.1; done
fi
exec gnome-session --session=gnome
"""
DISPLAY_MANAGER = '''\
#!/usr/bin/python3
"""Tells the shell the version of GDM, without which it does not lock."""
import dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib

PROPERTIES = "org.freedesktop.DBus.Properties"
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
name = dbus.service.BusName("org.gnome.DisplayManager", bus)


class Manager(dbus.service.Object):
    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return dbus.String("43.0") if name == "Version" else dbus.Boolean(False)

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"Version": "43.0"}


Manager(bus, "/org/gnome/DisplayManager/Manager")
GLib.MainLoop().run()
'''
TAB, RETURN, ESCAPE = 0xFF09, 0xFF0D, 0xFF1B
LEFT, RIGHT = 1, 3
_SEAT = "imports.gi.Clutter.get_default_backend().get_default_seat()"
_PANEL = "imports.ui.main.panel.statusArea"
_ICON = f"{_PANEL}[Object.keys({_PANEL}).find(k => k.startsWith('appindicator'))]"


class Gnome:
    """The desktop of *laptop* under Wayland, from its log-in on."""

    session_type = "wayland"
    shell = WAYLAND_SHELL

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop

    def prepare(self) -> None:
        """Prepare, before the boot, what a headless login needs."""
        unit = f"/etc/systemd/user/org.gnome.Shell@{self.session_type}.service.d/test.conf"
        self.laptop.write(unit, self.shell)
        self.laptop.write("/usr/local/bin/gnome-start", START, 0o755)
        self.laptop.write("/usr/local/bin/display-manager", DISPLAY_MANAGER, 0o755)
        for name in ("gdm.service", "gdm3.service"):
            unit = self.laptop.tree / "etc/systemd/system" / name
            unit.unlink(missing_ok=True)
            unit.symlink_to("/dev/null")

    def log_in(self) -> None:
        """Log in, with the extension that shows icons, as Debian and Ubuntu have it."""
        manager = ["systemd-run", "--quiet", "--collect", "--unit=display-manager-answers"]
        self.laptop.run(*manager, "/usr/local/bin/display-manager")
        self.laptop.log_in("/usr/local/bin/gnome-start", XDG_SESSION_TYPE=self.session_type)
        wait_until(lambda: "true" in self._ask("1"), "the shell answers")
        settings = ["gsettings", "set", "org.gnome.shell"]
        self.laptop.in_session(*settings, "enabled-extensions", f"['{INDICATORS}']")
        self.laptop.in_session(*settings, "disable-user-extensions", "false")
        self.eval("imports.ui.main.overview.hide()")

    def eval(self, script: str) -> Any:
        """Return what *script* gives inside of the shell, None where that is no JSON."""
        answer = self._ask(script)
        assert answer.startswith("(true, "), answer
        text = answer.removeprefix("(true, ").removesuffix(")")[1:-1]
        return json.loads(text.replace("\\'", "'")) if text else None

    def _ask(self, script: str) -> str:
        command = ["gdbus", "call", "--session", "--dest", "org.gnome.Shell"]
        command += ["--object-path", "/org/gnome/Shell", "--method", "org.gnome.Shell.Eval"]
        return self.laptop.as_user(*command, script, check=False).strip()

    def press(self, *keys: int) -> None:
        """Press *keys*, which are keysyms."""
        for key in keys:
            self.eval(
                "(() => { const C = imports.gi.Clutter;"
                f" global._keys = global._keys || {_SEAT}.create_virtual_device("
                "C.InputDeviceType.KEYBOARD_DEVICE);"
                " const now = imports.gi.GLib.get_monotonic_time();"
                " for (const s of [C.KeyState.PRESSED, C.KeyState.RELEASED])"
                f" global._keys.notify_keyval(now, {key}, s); return 1; }})()"
            )

    def click(self, x: float, y: float, button: int = LEFT) -> None:
        """Move the pointer there and click once it has arrived."""
        self._pointer(f"notify_absolute_motion(now, {x}, {y})")
        wait_until(
            lambda: self.eval("global.get_pointer().slice(0, 2)") == [int(x), int(y)], "the pointer"
        )
        self._pointer(f"notify_button(now, {button}, C.ButtonState.PRESSED)")
        self._pointer(f"notify_button(now, {button}, C.ButtonState.RELEASED)")

    def _pointer(self, call: str) -> None:
        self.eval(
            "(() => { const C = imports.gi.Clutter;"
            f" global._mouse = global._mouse || {_SEAT}.create_virtual_device("
            "C.InputDeviceType.POINTER_DEVICE);"
            " const now = imports.gi.GLib.get_monotonic_time();"
            f" global._mouse.{call}; return 1; }})()"
        )

    def has_question(self) -> bool:
        """Tell whether a dialog is open, as the question about screenshots is one."""
        # Not modalCount: an open menu counts there, too.
        group = "imports.ui.main.layoutManager.modalDialogGroup"
        return bool(self.eval(f"{group}.get_children().filter(each => each.visible).length"))

    def notifications(self) -> list[str]:
        """Return the titles of the notifications that are kept."""
        titles: list[str] = self.eval(
            "imports.ui.main.messageTray.getSources()"
            ".flatMap(s => s.notifications.map(n => n.title))"
        )
        return titles

    def has_icon(self) -> bool:
        """Tell whether the panel shows an icon."""
        return bool(self.eval(f"{_ICON} !== undefined"))

    def open_menu(self) -> list[str]:
        """Open the icon's menu by a click and return its lines."""
        # An icon that has just come may be replaced while it is clicked.
        wait_until(self._click_icon, "the menu is open")
        return [label for label, *_ in self._lines()]

    def _click_icon(self) -> bool:
        x, y = self.eval(
            f"(() => {{ const i = {_ICON}; const [x, y] = i.get_transformed_position();"
            " return [x + i.width / 2, y + i.height / 2]; })()"
        )
        self.click(round(x), round(y), RIGHT)
        return bool(self.eval(f"{_ICON}.menu.isOpen"))

    def choose(self, wanted: str) -> None:
        """Click the line *wanted* of the menu, which is open."""
        ((_label, x, y),) = (line for line in self._lines() if line[0] == wanted)
        self.click(round(x), round(y))

    def _lines(self) -> list[tuple[str, float, float]]:
        lines: list[tuple[str, float, float]] = self.eval(
            f"{_ICON}.menu._getMenuItems().filter(i => i.label && i.label.text).map(i => {{"
            " const [x, y] = i.get_transformed_position();"
            " return [i.label.text, x + i.width / 2, y + i.height / 2]; })"
        )
        return lines

    def lock(self) -> None:
        """Lock the screen."""
        name = "org.gnome.ScreenSaver"
        self.laptop.call(name, "/org/gnome/ScreenSaver", f"{name}.Lock")

    def unlock(self) -> None:
        """Unlock it, as a password would."""
        self.laptop.run("loginctl", "unlock-sessions")

    def picture(self, name: str, part: Box | None = None) -> None:
        """Take the picture *name* of the monitor, or of *part* of it."""
        service, path = "org.gnome.Shell.Screenshot", "/org/gnome/Shell/Screenshot"
        without_pointer, without_flash = "false", "false"
        arguments = (without_pointer, without_flash, f"{HOME}/{name}")
        self.laptop.call(service, path, f"{service}.Screenshot", *arguments)
        keep(self.laptop, name, None if part is None else part.widened())

    def menu_and_panel(self) -> Box:
        """Return where the open menu and the panel above it are."""
        x, y, width, height = self._box(f"{_ICON}.menu.actor")
        return Box(x, 0, width, y + height)

    def question(self) -> Box:
        """Return where the dialog is that takes all input."""
        dialogs = "imports.ui.main.layoutManager.modalDialogGroup"
        return self._box(f"{dialogs}.get_last_child().dialogLayout._dialog")

    def _box(self, actor: str) -> Box:
        numbers = self.eval(
            f"(() => {{ const a = {actor};"
            " return [...a.get_transformed_position(), ...a.get_transformed_size()]; })()"
        )
        return Box(*map(round, numbers))


class GnomeX11(Gnome):
    """The same under X11."""

    session_type = "x11"
    shell = X11_SHELL
