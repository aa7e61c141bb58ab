"""wfhagent on the desktop of a separate laptop: installed, queried and checked."""

import json
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.agent_toml import write_agent_toml
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.laptop import HOME, Laptop
from tests.worlds.zones import zone_with_hour

WFHAGENT = str(Path(sys.prefix) / "bin/wfhagent")
STORE = "org.freedesktop.impl.portal.PermissionStore"
WATCHER = "org.kde.StatusNotifierWatcher"
AUTHORITY = "/etc/authority.pem"
BROWSER = '#!/bin/sh\nprintf "%s\\n" "$@" >> ~/opened\n'
BROWSER_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Browser
Exec=/usr/local/bin/firefox %u
MimeType=text/html;
"""
BROWSER_DEFAULT = "[Default Applications]\ntext/html=firefox.desktop\n"


def prepare(laptop: Laptop, site: Site) -> None:
    """Give alice an agent.toml for *site*, and a browser that only records addresses."""
    laptop.write(AUTHORITY, site.certificate.authority.read_text())
    token = site.administrate("tokens", "create", "--label", "laptops")
    config = laptop.tree / f"{HOME[1:]}/.config/wfhagent/agent.toml"
    config.parent.mkdir(parents=True)
    settings = {
        "server": {"url": site.url, "ca_file": AUTHORITY, "auth_token": token},
        # The window of the two daily logs is over: the tests take logs by command.
        "detailed_log": {"start": "08:00", "end": "18:00", "time_zone": zone_with_hour(20)},
    }
    write_agent_toml(config, settings)
    laptop.write("/usr/local/bin/firefox", BROWSER, 0o755)
    laptop.write("/usr/share/applications/firefox.desktop", BROWSER_ENTRY)
    laptop.write("/etc/xdg/mimeapps.list", BROWSER_DEFAULT)


def install(laptop: Laptop) -> str:
    """Install the service as the person; return the name of the icon on the bus."""
    laptop.in_session(WFHAGENT, "service", "install")
    for unit in ("wfhagent.service", "wfhagent-tray.service"):
        wait_until(lambda unit=unit: laptop.unit_state(unit) == "active", unit)  # type: ignore[misc]
    wait_until(lambda: _is_delivering(laptop), "a heartbeat is delivered")
    return wait_until(lambda: icon(laptop), "the icon is registered")


def _is_delivering(laptop: Laptop) -> bool:
    shown = laptop.in_session(WFHAGENT, "status", "--json", check=False)
    return shown.startswith("{") and json.loads(shown)["delivered_at"] is not None


def icon(laptop: Laptop) -> str:
    """Return the name of the icon that the panel knows; empty when it knows none."""
    known = laptop.call(
        WATCHER,
        "/StatusNotifierWatcher",
        "org.freedesktop.DBus.Properties.Get",
        WATCHER,
        "RegisteredStatusNotifierItems",
    )
    found = re.search(r"org\.kde\.StatusNotifierItem-\d+-1", known)
    return found[0] if found else ""


def stored_permission(laptop: Laptop) -> str:
    """Return the stored answer to the question about screenshots: yes, no or nothing."""
    path = "/org/freedesktop/impl/portal/PermissionStore"
    lookup = ["gdbus", "call", "--session", "--dest", STORE, "--object-path", path]
    lookup += ["--method", f"{STORE}.Lookup", "screenshot", "screenshot"]
    found = re.search(r"'': \['(\w+)'\]", laptop.as_user(*lookup, check=False))
    return found[1] if found else ""


def store_permission(laptop: Laptop, answer: str) -> None:
    """Store *answer*, yes or no, as the portal does after its question."""
    path = "/org/freedesktop/impl/portal/PermissionStore"
    entry = ["screenshot", "true", "screenshot", "", f"['{answer}']"]
    laptop.call(STORE, path, f"{STORE}.SetPermission", *entry)


def menu_lines(laptop: Laptop, item: str) -> list[str]:
    """Return the lines that the icon *item* gives to the panel; a separator has no words."""
    method = "com.canonical.dbusmenu.GetLayout"
    layout = laptop.call(item, "/MenuBar", method, "0", "-1", "[]")
    found = re.findall(r"'label': <(?:'([^']*)'|\"([^\"]*)\")>|'(separator)'", layout)
    return [one or other for one, other, _separator in found]


def log_screenshot(laptop: Laptop) -> dict[str, Any]:
    """Return the `screenshot` of a log that is taken as the service takes it."""
    unit = ["systemd-run", "--user", "--quiet", "--wait", "--pipe", "--collect"]
    unit += ["-p", f"WorkingDirectory={HOME}"]
    shown = laptop.as_user(*unit, WFHAGENT, "preview", "--only", "screenshot")
    facts: dict[str, Any] = json.loads(shown[shown.index("{") :])["facts"]["screenshot"]
    return facts


def doctor(laptop: Laptop) -> tuple[bool, str]:
    """Return whether `doctor` accepts the screenshots, and its text about them."""
    shown = laptop.in_session(WFHAGENT, "doctor", "--json", check=False)
    # What is printed to the error stream comes first.
    findings = json.loads(shown[shown.index("[{") :])
    (finding,) = (one for one in findings if one["what"] == "screenshot")
    return finding["ok"], finding["detail"]


class Allowing(threading.Thread):
    """`wfhagent screenshot allow`, typed by the person; *text* is what it printed."""

    def __init__(self, laptop: Laptop) -> None:
        super().__init__()
        self._laptop = laptop
        self.text = ""
        self.start()

    def run(self) -> None:
        self.text = self._laptop.in_session(WFHAGENT, "screenshot", "allow", check=False)

    def result(self) -> str:
        """Wait for its end and return what it printed."""
        self.join(90)
        assert not self.is_alive(), "the command did not end"
        return self.text


def opened(laptop: Laptop) -> str:
    """Return what the browser was given so far."""
    file = laptop.tree / f"{HOME[1:]}/opened"
    return file.read_text() if file.exists() else ""


def until_status(read: Callable[[], dict[str, Any]], status: str) -> dict[str, Any]:
    """Return the first reading with *status*."""
    return wait_until(
        lambda: found if (found := read())["status"] == status else None, f"a screenshot {status}"
    )
