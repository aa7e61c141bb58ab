"""Debian, Ubuntu and their relatives: what apt would do, simulated from its lists."""

import gzip
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from wfhagent.plugin import Absent, AbsentError, Facts, attempt
from wfhagent.plugin.command import Ask, ask_command
from wfhagent.system.probe import is_file
from wfhagent_os_updates.files import newest

# Without a lock it waits for no running update, and needs no administrator. `--with-new-pkgs`
# counts kernels, whose packages have a new name each time.
SIMULATE = (
    *("apt-get", "--simulate", "--with-new-pkgs"),
    *("-o", "Debug::NoLocking=1", "-o", "APT::Get::Show-User-Simulation-Note=0", "upgrade"),
)
# Inst NAME [OLD VERSION] (NEW VERSION ORIGIN:RELEASE/SUITE [ARCHITECTURE])
_UPGRADE = re.compile(r"^Inst \S+ \[[^]]*\] \((?P<origin>[^)]*)\)", re.MULTILINE)
_SECURITY = re.compile(r"security", re.IGNORECASE)
_LIMIT_SECONDS = 60.0
"""Where apt keeps no cache it reads all of its lists, which takes seconds."""
_REQUIRED = "run/reboot-required"
_WRITERS = (
    "usr/share/update-notifier/notify-reboot-required",
    "etc/kernel/postinst.d/unattended-upgrades",
    "etc/kernel/postinst.d/reboot-notifier",
)
"""What writes that file; without any of them its absence means nothing."""
_HISTORY = ("var/log/apt/history.log", "var/log/apt/history.log.1.gz")
_LISTS = "var/lib/apt/lists/*Release"
_NO_LISTS = "apt has no lists yet"
_LOOKS = ("var/lib/apt/periodic/update-success-stamp", "var/lib/apt/lists/partial")


def _ask(command: Sequence[str]) -> str:
    return ask_command(command, limit_seconds=_LIMIT_SECONDS)


def read(ask: Ask = _ask, root: Path = Path("/")) -> Facts:
    """Return the facts of a system whose files are under *root*."""
    counts = attempt(lambda: _counts(ask, root))
    found, security = (counts, counts) if isinstance(counts, Absent) else counts
    return {
        "pending": found,
        "security": security,
        "restart_pending": attempt(lambda: restart_pending(root)),
        "last_installed": attempt(lambda: last_installed(root)),
        "last_checked": attempt(
            lambda: newest((root / name for name in _LOOKS), otherwise=_NO_LISTS)
        ),
    }


def _counts(ask: Ask, root: Path) -> tuple[int, int]:
    # Without lists apt finds nothing to upgrade, whatever there is.
    if not any(root.glob(_LISTS)):
        raise AbsentError(_NO_LISTS)
    return pending(ask(SIMULATE))


def pending(simulation: str) -> tuple[int, int]:
    """Return how many packages *simulation*, the output of apt-get, upgrades: all, and security.

    Packages that would be new are part of an upgrade, and not counted.
    """
    origins = [found["origin"] for found in _UPGRADE.finditer(simulation)]
    return len(origins), sum(1 for origin in origins if _SECURITY.search(origin))


def restart_pending(root: Path) -> bool:
    """Tell whether an installed update waits for a restart.

    Raises:
        AbsentError: nothing here would note it.
    """
    if is_file(root / _REQUIRED):
        return True
    if any(is_file(root / name) for name in _WRITERS):
        return False
    raise AbsentError("nothing on this system notes that a restart is pending")


def last_installed(root: Path) -> datetime:
    """Return when apt last upgraded a package, from this month's history and the last one's.

    Raises:
        AbsentError: neither has any.
    """
    for name in _HISTORY:
        found = end_of_last_upgrade(_text(root / name))
        if found is not None:
            return found
    raise AbsentError("the history of apt has no upgrade")


def end_of_last_upgrade(history: str) -> datetime | None:
    """Return when the last upgrade in *history* ended; None without one."""
    for stanza in reversed(history.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
        if "Upgrade" in fields and "End-Date" in fields:
            # Two spaces, and the local time.
            return datetime.fromisoformat(" ".join(fields["End-Date"].split())).astimezone()
    return None


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return ""
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return content.decode(errors="replace")
