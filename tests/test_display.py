"""Pages are private copies that do not outlive the data they show."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.linux_only import linux_only, not_windows

from wfhagent.errors import DisplayError
from wfhagent.system.page_file import KEPT, forget_pages, write_page
from wfhagent.system.paths import data_paths

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_page_of_yesterday_is_removed_and_todays_stays(tmp_path: Path):
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    for file, age in ((old, KEPT + timedelta(minutes=1)), (new, timedelta(hours=1))):
        write_page(file, "x")
        moment = (NOW - age).timestamp()
        os.utime(file, (moment, moment))

    forget_pages([old, new, tmp_path / "never.html"], NOW)

    assert [file.name for file in tmp_path.iterdir()] == ["new.html"]


@not_windows("a terminal is no file there")
def test_a_device_takes_a_page_and_stays_a_device():
    reader, writer = os.openpty()
    try:
        terminal = Path(os.ttyname(writer))

        write_page(terminal, "<html>")

        assert terminal.is_char_device()
        assert os.read(reader, 100) == b"<html>"
    finally:
        os.close(reader)
        os.close(writer)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(DisplayError, match=r"page\.html cannot be written"):
        write_page(tmp_path / "file" / "page.html", "x")


@linux_only("the folder of downloads of XDG")
def test_pages_lie_where_a_confined_browser_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platformdirs.user_downloads_dir", lambda: str(tmp_path))

    assert data_paths("").pages["journal"] == tmp_path / "wfhagent-journal.html"
    assert data_paths("/srv/a").pages["journal"] == Path("/srv/a/pages/wfhagent-journal.html")
