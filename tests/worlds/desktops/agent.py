"""wfhagent on a desktop that runs in a machine of its own: installed, asked, and looked at."""

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from tests.waiting import wait_until
from tests.worlds.desktops.machine import USER, WFHAGENT, Machine

STORE = "org.freedesktop.impl.portal.PermissionStore"
WATCHER = "org.kde.StatusNotifierWatcher"
CONFIG = """\
[server]
url = "https://127.0.0.1:9"
auth_token = "wfhe_enroll"
"""
BROWSER = '#!/bin/sh\nprintf "%s\\n" "$@" >> /home/alice/opened\n'
BROWSER_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Browser
Exec=/usr/local/bin/firefox %u
MimeType=text/html;
"""
BROWSER_DEFAULT = "[Default Applications]\ntext/html=firefox.desktop\n"


def prepare(machine: Machine) -> None:
    """Give the person an agent.toml, and a browser that only notes what it is given."""
    machine.write(f"/home/{USER}/.config/wfhagent/agent.toml", CONFIG)
    machine.write("/usr/local/bin/firefox", BROWSER, 0o755)
    machine.write("/usr/share/applications/firefox.desktop", BROWSER_ENTRY)
    machine.write("/etc/xdg/mimeapps.list", BROWSER_DEFAULT)


def install(machine: Machine) -> str:
    """Install the service as the person; return the name of the icon on the bus."""
    machine.in_session(WFHAGENT, "service", "install")
    for unit in ("wfhagent.service", "wfhagent-tray.service"):
        wait_until(lambda unit=unit: machine.user_unit(unit) == "active", unit)  # type: ignore[misc]
    return wait_until(lambda: icon(machine), "the icon is registered")


def icon(machine: Machine) -> str:
    """Return the name of the icon that the panel knows; empty when it knows none."""
    known = machine.call(
        WATCHER,
        "/StatusNotifierWatcher",
        "org.freedesktop.DBus.Properties.Get",
        WATCHER,
        "RegisteredStatusNotifierItems",
    )
    found = re.search(r"org\.kde\.StatusNotifierItem-\d+-1", known)
    return found[0] if found else ""


def stored_permission(machine: Machine) -> str:
    """Return the stored answer to the question about screenshots: yes, no or nothing."""
    path = "/org/freedesktop/impl/portal/PermissionStore"
    lookup = ["gdbus", "call", "--session", "--dest", STORE, "--object-path", path]
    lookup += ["--method", f"{STORE}.Lookup", "screenshot", "screenshot"]
    found = re.search(r"'': \['(\w+)'\]", machine.as_user(*lookup, check=False))
    return found[1] if found else ""


def store_permission(machine: Machine, answer: str) -> None:
    """Store *answer*, yes or no, as the portal does after its question."""
    path = "/org/freedesktop/impl/portal/PermissionStore"
    entry = ["screenshot", "true", "screenshot", "", f"['{answer}']"]
    machine.call(STORE, path, f"{STORE}.SetPermission", *entry)


def menu_lines(machine: Machine, item: str) -> list[str]:
    """Return the lines that the icon *item* gives to the panel; a separator has no words."""
    method = "com.canonical.dbusmenu.GetLayout"
    layout = machine.call(item, "/MenuBar", method, "0", "-1", "[]")
    found = re.findall(r"'label': <(?:'([^']*)'|\"([^\"]*)\")>|'(separator)'", layout)
    return [one or other for one, other, _separator in found]


def log_screenshot(machine: Machine) -> dict[str, Any]:
    """Return the `screenshot` of a log that is taken as the service takes it."""
    unit = ["systemd-run", "--user", "--quiet", "--wait", "--pipe", "--collect"]
    unit += ["-p", f"WorkingDirectory=/home/{USER}"]
    shown = machine.as_user(*unit, WFHAGENT, "preview", "--only", "screenshot")
    facts: dict[str, Any] = json.loads(shown[shown.index("{") :])["facts"]["screenshot"]
    return facts


def doctor(machine: Machine) -> tuple[bool, str]:
    """Return whether `doctor` is content with screenshots, and what it says of them."""
    shown = machine.in_session(WFHAGENT, "doctor", "--json", check=False)
    (finding,) = (one for one in json.loads(shown) if one["what"] == "screenshot")
    return finding["ok"], finding["detail"]


class Allowing(threading.Thread):
    """`wfhagent screenshot allow`, typed by the person; *text* is what it printed."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine
        self.text = ""
        self.start()

    def run(self) -> None:
        self.text = self._machine.in_session(WFHAGENT, "screenshot", "allow", check=False)

    def result(self) -> str:
        """Wait for its end and return what it printed."""
        self.join(90)
        assert not self.is_alive(), "the command did not end"
        return self.text


def opened(machine: Machine) -> str:
    """Return what the browser was given so far."""
    file = machine.tree / f"home/{USER}/opened"
    return file.read_text() if file.exists() else ""


def inhibitors(machine: Machine) -> set[str]:
    """Return what the agent delays, each of its locks at logind as `what`."""
    shown = machine.run(
        "busctl",
        "--json=short",
        *("call", "org.freedesktop.login1", "/org/freedesktop/login1"),
        *("org.freedesktop.login1.Manager", "ListInhibitors"),
    )
    (locks,) = json.loads(shown)["data"]
    return {what for what, who, _why, mode, *_ in locks if who == "wfhagent" and mode == "delay"}


def until_status(read: Callable[[], dict[str, Any]], status: str) -> dict[str, Any]:
    """Return the first reading with *status*."""
    return wait_until(
        lambda: found if (found := read())["status"] == status else None, f"a screenshot {status}"
    )
