"""`wfhagent notice` shows what the company says, and takes the acknowledgement."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop

from wfhagent.clock import SystemClock
from wfhagent.errors import NoticeError
from wfhagent.outbox.store import Outbox

TEXT = "Two pictures a day.\n\nOnly <b>Anna</b> looks at them."


@pytest.fixture
def told(laptop: Laptop) -> Laptop:
    laptop.configure("notice", company="ACME", contact="dpo@acme.example", text=TEXT, required=True)
    return laptop


def test_it_is_shown_and_says_what_is_open(told: Laptop):
    text = told.run("notice").stdout

    assert "Who: ACME" in text
    assert "Whom to ask: dpo@acme.example" in text
    assert "Two pictures a day." in text
    assert "not acknowledged yet: `wfhagent notice --acknowledge`" in text
    assert "No detailed log is taken until then." in text


def test_an_acknowledgement_is_on_record(told: Laptop):
    said = told.run("notice", "--acknowledge").stdout
    record = json.loads(told.run("notice", "--json").stdout)["record"]

    assert "acknowledged here on" in said
    assert record["acknowledged_at"] == record["shown_at"]
    assert (told.data / "notice.json").stat().st_mode & 0o077 == 0


def test_a_test_log_waits_for_it_too(told: Laptop):
    with pytest.raises(NoticeError, match="the notice was not acknowledged"):
        told.run("send", "log")


def test_doctor_says_what_holds_the_logs(told: Laptop):
    before = told.run("doctor").stdout
    told.run("notice", "--acknowledge")

    assert "FAULT notice" in before
    assert "ok    notice" in told.run("doctor").stdout


def test_its_page_shows_what_is_collected_as_well(told: Laptop):
    file = told.folder / "notice.html"

    told.run("notice", "--out", str(file))

    html = file.read_text()
    assert "Only &lt;b&gt;Anna&lt;/b&gt; looks at them." in html
    assert "With a detailed log" in html


def test_the_journal_holds_it(told: Laptop):
    Outbox(told.data / "outbox.sqlite3", now=SystemClock().now()).close()

    page = Path(told.run("journal", "--no-open").stdout.strip()).read_text()

    assert "What your company says" in page
    assert "not acknowledged yet" in page


def test_without_one_it_says_so(laptop: Laptop):
    done = laptop.run("notice")

    assert done.exit_code == 0
    assert "has no [notice]" in done.stdout
