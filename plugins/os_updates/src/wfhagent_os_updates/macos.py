"""macOS: what its last search for updates found, and the history of installations."""

import plistlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wfhagent.plugin import Absent, AbsentError, Facts, attempt
from wfhagent.plugin.command import Ask, ask_command

_LIST = ("softwareupdate", "--list", "--no-scan")
_LABEL = re.compile(r"^\s*\* Label: ", re.MULTILINE)
_HISTORY = "Library/Receipts/InstallHistory.plist"
_PREFERENCES = "Library/Preferences/com.apple.SoftwareUpdate.plist"
_UPDATERS = {"softwareupdated", "Software Update", "macOS Installer", "OS X Installer"}
_DATA = "config-data"
"""Lists of malware and the like, which come every few days and are no update of the system."""
_LOOKS = ("LastFullSuccessfulDate", "LastSuccessfulDate", "LastBackgroundSuccessfulDate")


def read(ask: Ask = ask_command, root: Path = Path("/")) -> Facts:
    """Return the facts of a system whose files are under *root*."""
    return {
        "pending": attempt(lambda: pending(ask(_LIST))),
        "security": Absent("macOS does not say which updates are for security"),
        "restart_pending": Absent("macOS does not say whether a restart is pending"),
        "last_installed": attempt(lambda: last_installed(_plist(root / _HISTORY))),
        "last_checked": attempt(lambda: last_checked(_plist(root / _PREFERENCES))),
    }


def pending(printed: str) -> int:
    """Return how many updates *printed*, the output of `softwareupdate --list`, has."""
    return len(_LABEL.findall(printed))


def last_installed(history: Sequence[Mapping[str, Any]]) -> datetime:
    """Return when macOS itself was last updated.

    Raises:
        AbsentError: it never was.
    """
    dates = [
        entry["date"]
        for entry in history
        if entry.get("processName") in _UPDATERS and entry.get("contentType") != _DATA
    ]
    if not dates:
        raise AbsentError("the history of macOS has no update")
    return _in_utc(max(dates))


def last_checked(preferences: Mapping[str, Any]) -> datetime:
    """Return when macOS last looked for updates with success.

    Raises:
        AbsentError: it never did.
    """
    dates = [preferences[key] for key in _LOOKS if key in preferences]
    if not dates:
        raise AbsentError("macOS has not looked for updates yet")
    return _in_utc(max(dates))


def _in_utc(date: datetime) -> datetime:
    # A property list has UTC, and plistlib no time zone.
    return date.replace(tzinfo=UTC)


def _plist(file: Path) -> Any:
    with file.open("rb") as stream:
        return plistlib.load(stream)
