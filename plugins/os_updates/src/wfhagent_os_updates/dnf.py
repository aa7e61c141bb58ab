"""Fedora, Red Hat and their relatives: what dnf finds in its cache."""

import re
from datetime import UTC, datetime
from pathlib import Path

from wfhagent.plugin import Absent, AbsentError, Facts, attempt
from wfhagent.plugin.command import Ask, ask_command
from wfhagent_os_updates.files import newest

_CHECK = ("dnf", "--cacheonly", "--quiet", "check-update")
_RESTART = ("dnf", "--cacheonly", "needs-restarting", "--reboothint")
_INSTALL_TIMES = ("rpm", "--query", "--all", "--queryformat", "%{INSTALLTIME}\\n")
# NAME.ARCHITECTURE  VERSION  REPOSITORY; a long name is on a line of its own.
_UPDATE = re.compile(
    r"^\S+\.(?:noarch|x86_64|i[3-6]86|aarch64|ppc64le|s390x)(?=\s|$)", re.MULTILINE
)
_NO_UPDATES, _UPDATES = 0, 100
_NO_RESTART, _RESTART_NEEDED = 0, 1
_LOOKS = (
    *("var/cache/dnf/*/repodata/repomd.xml", "var/cache/libdnf5/*/repodata/repomd.xml"),
    "var/cache/dnf/last_makecache",
)


def read(ask: Ask | None = None, root: Path = Path("/")) -> Facts:
    """Return the facts of a system whose files are under *root*."""
    check = ask or _check
    looked = attempt(
        lambda: newest(
            (file for name in _LOOKS for file in root.glob(name)), otherwise="dnf has no cache yet"
        )
    )

    def count(*options: str) -> int | Absent:
        # Without a cache dnf may skip its repositories, and find nothing.
        return looked if isinstance(looked, Absent) else pending(check((*_CHECK, *options)))

    return {
        "pending": attempt(count),
        "security": attempt(lambda: count("--security")),
        "restart_pending": attempt(lambda: restart_pending((ask or _hint)(_RESTART))),
        "last_installed": attempt(lambda: last_installed((ask or ask_command)(_INSTALL_TIMES))),
        "last_checked": looked,
    }


def _check(command: tuple[str, ...]) -> str:
    return ask_command(command, allowed=(_NO_UPDATES, _UPDATES))


def _hint(command: tuple[str, ...]) -> str:
    return ask_command(command, allowed=(_NO_RESTART, _RESTART_NEEDED))


def pending(printed: str) -> int:
    """Return how many packages *printed*, the output of `dnf check-update`, lists.

    Below "Obsoleting Packages" it lists some of them once more.
    """
    return len(_UPDATE.findall(printed.partition("Obsoleting")[0]))


def restart_pending(printed: str) -> bool:
    """Return what *printed*, the output of `dnf needs-restarting`, says.

    Raises:
        AbsentError: it says neither; the command is a plugin of dnf 4, which may be missing.
    """
    if "Reboot is required" in printed:
        return True
    if "Reboot should not be necessary" in printed:
        return False
    raise AbsentError("dnf does not say whether a restart is pending")


def last_installed(printed: str) -> datetime:
    """Return the latest of the times in *printed*, one package a line, in seconds since 1970.

    Raises:
        AbsentError: there is no package.
    """
    times = [int(line) for line in printed.split() if line.isdigit()]
    if not times:
        raise AbsentError("rpm knows no package")
    return datetime.fromtimestamp(max(times), UTC)
