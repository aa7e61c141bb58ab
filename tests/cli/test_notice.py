"""`wfhagent notice` shows what the company says, and takes the acknowledgement."""

import json
import os
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.drop_ins import collector, drop
from tests.modes import has_mode

from wfhagent.clock import SystemClock
from wfhagent.errors import DisplayError, NoticeError
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
    told.run("notice")
    said = told.run("notice", "--acknowledge").stdout
    record = json.loads(told.run("notice", "--json").stdout)["record"]

    assert "acknowledged here on" in said
    assert record["acknowledged_at"] > record["shown_at"]
    assert has_mode(told.data / "notice.json", 0o600)


def test_a_notice_that_could_not_be_printed_was_not_shown(
    told: Laptop, monkeypatch: pytest.MonkeyPatch
):
    def fail(_text: str) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as closed:
        closed.setattr("wfhagent.cli.notice.typer.echo", fail)
        with pytest.raises(BrokenPipeError):
            told.run("notice")

    record = told.data / "notice.json"
    assert json.loads(record.read_text())["shown_at"] is None
    told.run("notice")
    assert json.loads(record.read_text())["shown_at"] is not None


def test_a_test_log_waits_for_it_too(told: Laptop):
    with pytest.raises(NoticeError, match="the notice was not acknowledged"):
        told.run("send", "log")


def test_doctor_says_what_holds_the_logs(told: Laptop):
    before = told.run("doctor").stdout
    told.run("notice")
    told.run("notice", "--acknowledge")

    assert "FAULT notice" in before
    assert "ok    notice" in told.run("doctor").stdout


def test_its_page_shows_what_is_collected_as_well(told: Laptop):
    file = told.folder / "notice.html"

    told.run("notice", "--out", str(file))

    html = file.read_text(encoding="utf-8")
    assert "Only &lt;b&gt;Anna&lt;/b&gt; looks at them." in html
    assert "With a detailed log" in html


def test_the_journal_holds_it(told: Laptop):
    Outbox(told.data / "outbox.sqlite3", now=SystemClock().now()).close()

    page = Path(told.run("journal", "--no-open").stdout.strip()).read_text(encoding="utf-8")

    assert "What your company says" in page
    assert "not acknowledged yet" in page


@pytest.mark.parametrize("unread", [[], ["--json"], ["--out", os.devnull]])
def test_it_cannot_be_acknowledged_before_somebody_could_read_it(told: Laptop, unread: list[str]):
    told.configure("notice", text="Other words.")
    if unread:
        told.run("notice", *unread)

    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        told.run("notice", "--acknowledge")


def test_a_page_that_no_browser_opened_was_not_shown(told: Laptop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wfhagent.cli.journal.open_page", lambda _file: False)

    with pytest.raises(DisplayError, match="No browser could be started"):
        told.run("notice", "--open")
    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        told.run("notice", "--acknowledge")


def read_and_acknowledge(laptop: Laptop) -> None:
    laptop.run("notice")
    laptop.run("notice", "--acknowledge")


def test_what_changed_in_agent_toml_or_among_the_plugins_is_shown_and_asked_again(told: Laptop):
    read_and_acknowledge(told)
    told.configure("plugins.screenshot", quality=95, notify=False)
    told.configure("heartbeat", interval_seconds=5)
    told.configure("detailed_log", working_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    told.configure("plugins", disabled=[])
    drop(told.folder / "plugins", "titles.py", collector(name="titles"))

    text = told.run("notice").stdout

    for change in (
        "- screenshot: quality 50 → 95",
        "- screenshot: notify true → false",
        "- heartbeat: interval_seconds 300 → 5",
        "- plugin idle: new, comes with wfhagent; it says that it gives idle_seconds",
        "- plugin titles: new, drop-in, SHA-256 ",
    ):
        assert change in text
    assert "- detailed_log: working_days mon, tue, wed, thu, fri → mon, tue, wed, thu," in text
    assert "not acknowledged yet" in text
    with pytest.raises(NoticeError, match="the notice was not acknowledged"):
        told.run("send", "log")

    told.run("notice", "--acknowledge")
    assert "What has changed" not in told.run("notice").stdout


def test_a_drop_in_whose_code_changes_is_another_one_whatever_it_declares(told: Laptop):
    file = drop(told.folder / "plugins", "titles.py", collector(name="titles"))
    read_and_acknowledge(told)
    file.write_text(file.read_text() + "\n# Sends something else now.\n")

    text = told.run("notice").stdout

    assert "- plugin titles: drop-in, SHA-256 " in text
    assert " → drop-in, SHA-256 " in text


def test_a_setting_that_may_be_a_secret_is_told_to_have_changed_and_is_not_shown(told: Laptop):
    told.configure("plugins.geoip", provider="url", url="https://geo.example.com/?key=hunter2")
    read_and_acknowledge(told)
    told.configure("plugins.geoip", url="https://geo.example.com/?key=hunter3")

    text = told.run("notice").stdout

    assert "- geoip: url set in agent.toml (" in text
    assert "hunter" not in text


def test_a_change_is_shown_where_the_company_has_written_no_notice(laptop: Laptop):
    laptop.run("notice")
    laptop.configure("plugins.screenshot", quality=95)

    assert "- screenshot: quality 50 → 95" in laptop.run("notice").stdout


def test_without_one_it_says_so(laptop: Laptop):
    done = laptop.run("notice")

    assert done.exit_code == 0
    assert "has no [notice]" in done.stdout
