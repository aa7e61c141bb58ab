"""What macOS found last, and the history of its installations."""

import plistlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wfhagent.plugin import Absent, AbsentError
from wfhagent_os_updates import macos

TWO = """\
Software Update Tool

Software Update found the following new or updated software:
* Label: macOS Sequoia 15.7.2-24G325
\tTitle: macOS Sequoia 15.7.2, Version: 15.7.2, Size: 3142084KiB, Recommended: YES, Action: restart, 
* Label: Safari26.1SequoiaAuto-26.1
\tTitle: Safari, Version: 26.1, Size: 182711KiB, Recommended: YES, 
"""  # noqa: E501, W291
NONE = "Software Update Tool\n\n"


def stored(*parts: int) -> datetime:
    """Return a time as plistlib reads it: in UTC, without a time zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type, misc]


HISTORY = [
    {
        "date": stored(2026, 10, 30, 18, 4, 11),
        "displayName": "macOS 15.7.1",
        "processName": "softwareupdated",
    },
    {
        "contentType": "config-data",
        "date": stored(2026, 11, 24, 3, 0, 2),
        "displayName": "XProtectPlistConfigData",
        "processName": "softwareupdated",
    },
    {
        "date": stored(2026, 11, 26, 9, 30, 0),
        "displayName": "Zoom Workplace",
        "processName": "installer",
    },
]


@pytest.mark.parametrize(("printed", "count"), [(TWO, 2), (NONE, 0), ("", 0)])
def test_each_update_has_a_label(printed: str, count: int):
    assert macos.pending(printed) == count


def test_data_and_other_programs_are_no_update_of_the_system():
    assert macos.last_installed(HISTORY) == datetime(2026, 10, 30, 18, 4, 11, tzinfo=UTC)
    with pytest.raises(AbsentError, match="the history of macOS has no update"):
        macos.last_installed(HISTORY[1:])


def test_all_facts_come_from_a_command_and_two_files(tmp_path: Path):
    looks = {"LastSuccessfulDate": stored(2026, 11, 27, 5, 55, 1), "AutomaticDownload": True}
    for name, content in ((macos._HISTORY, HISTORY), (macos._PREFERENCES, looks)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(plistlib.dumps(content))

    facts = macos.read(lambda command: TWO, tmp_path)

    assert facts == {
        "pending": 2,
        "security": Absent("macOS does not say which updates are for security"),
        "restart_pending": Absent("macOS does not say whether a restart is pending"),
        "last_installed": datetime(2026, 10, 30, 18, 4, 11, tzinfo=UTC),
        "last_checked": datetime(2026, 11, 27, 5, 55, 1, tzinfo=UTC),
    }


def test_a_new_mac_has_looked_for_nothing_yet():
    with pytest.raises(AbsentError, match="has not looked for updates yet"):
        macos.last_checked({})
