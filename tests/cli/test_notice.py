"""`wfhagent notice` shows the company's notice and takes the acknowledgement."""

import json
import os
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.drop_ins import calendar, collector, drop
from tests.modes import has_mode

from wfhagent.clock import SystemClock
from wfhagent.errors import DisplayError, NoticeError
from wfhagent.outbox.store import Outbox

TEXT = "Two pictures a day.\n\nOnly <b>Anna</b> looks at them."


@pytest.fixture
def with_notice(laptop: Laptop) -> Laptop:
    laptop.configure("notice", company="ACME", contact="dpo@acme.example", text=TEXT, required=True)
    return laptop


def test_it_is_shown_and_says_what_is_open(with_notice: Laptop):
    text = with_notice.run("notice").stdout

    assert "Who: ACME" in text
    assert "Contact: dpo@acme.example" in text
    assert "Two pictures a day." in text
    assert "not acknowledged yet. To acknowledge it, run `wfhagent notice --acknowledge`" in text
    assert "No detailed log is taken until then." in text


def test_an_acknowledgement_is_on_record(with_notice: Laptop):
    with_notice.run("notice")
    output = with_notice.run("notice", "--acknowledge").stdout
    record = json.loads(with_notice.run("notice", "--json").stdout)["record"]

    assert "acknowledged here on" in output
    assert record["acknowledged_at"] > record["shown_at"]
    assert has_mode(with_notice.data / "notice.json", 0o600)


def test_a_notice_that_could_not_be_printed_was_not_shown(
    with_notice: Laptop, monkeypatch: pytest.MonkeyPatch
):
    def fail(_text: str) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as closed:
        closed.setattr("wfhagent.cli.notice.typer.echo", fail)
        with pytest.raises(BrokenPipeError):
            with_notice.run("notice")

    record = with_notice.data / "notice.json"
    assert json.loads(record.read_text())["shown_at"] is None
    with_notice.run("notice")
    assert json.loads(record.read_text())["shown_at"] is not None


def test_a_test_log_waits_for_it_too(with_notice: Laptop):
    with pytest.raises(NoticeError, match="the notice was not acknowledged"):
        with_notice.run("send", "log")


def test_doctor_reports_what_holds_the_logs_back(with_notice: Laptop):
    before = with_notice.run("doctor").stdout
    with_notice.run("notice")
    with_notice.run("notice", "--acknowledge")

    assert "FAULT notice" in before
    assert "ok    notice" in with_notice.run("doctor").stdout


def test_its_page_shows_what_is_collected_as_well(with_notice: Laptop):
    file = with_notice.folder / "notice.html"

    with_notice.run("notice", "--out", str(file))

    html = file.read_text(encoding="utf-8")
    assert "Only &lt;b&gt;Anna&lt;/b&gt; looks at them." in html
    assert "With a detailed log" in html


def test_the_journal_holds_it(with_notice: Laptop):
    Outbox(with_notice.data / "outbox.sqlite3", now=SystemClock().now()).close()

    page = Path(with_notice.run("journal", "--no-open").stdout.strip()).read_text(encoding="utf-8")

    assert "Your company&#x27;s notice" in page
    assert "not acknowledged yet" in page


@pytest.mark.parametrize("unread", [[], ["--json"], ["--out", os.devnull]])
def test_it_cannot_be_acknowledged_before_somebody_could_read_it(
    with_notice: Laptop, unread: list[str]
):
    with_notice.configure("notice", text="Other words.")
    if unread:
        with_notice.run("notice", *unread)

    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        with_notice.run("notice", "--acknowledge")


def test_a_page_that_no_browser_opened_was_not_shown(
    with_notice: Laptop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wfhagent.cli.journal.open_page", lambda _file: False)

    with pytest.raises(DisplayError, match="No browser could be started"):
        with_notice.run("notice", "--open")
    with pytest.raises(NoticeError, match="cannot be acknowledged"):
        with_notice.run("notice", "--acknowledge")


def read_and_acknowledge(laptop: Laptop) -> None:
    laptop.run("notice")
    laptop.run("notice", "--acknowledge")


def test_changed_settings_or_plugins_are_shown_and_need_a_new_acknowledgement(with_notice: Laptop):
    read_and_acknowledge(with_notice)
    with_notice.configure("plugins.screenshot", quality=95, notify=False)
    with_notice.configure("heartbeat", interval_seconds=5)
    with_notice.configure(
        "detailed_log", working_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    )
    with_notice.configure("plugins", enabled=["idle"])
    drop(with_notice.folder / "plugins", "titles.py", collector(name="titles"))

    text = with_notice.run("notice").stdout

    for change in (
        "- screenshot: quality 50 → 95",
        "- screenshot: notify true → false",
        "- heartbeat: interval_seconds 300 → 5",
        "- plugin idle: new, comes with wfhagent; it declares that it collects idle_seconds",
        "- plugin titles: new, drop-in, SHA-256 ",
    ):
        assert change in text
    assert "- detailed_log: working_days mon, tue, wed, thu, fri → mon, tue, wed, thu," in text
    assert "not acknowledged yet" in text
    with pytest.raises(NoticeError, match="the notice was not acknowledged"):
        with_notice.run("send", "log")

    with_notice.run("notice", "--acknowledge")
    assert "What has changed" not in with_notice.run("notice").stdout


def test_a_drop_in_whose_code_changes_is_another_one_whatever_it_declares(with_notice: Laptop):
    file = drop(with_notice.folder / "plugins", "titles.py", collector(name="titles"))
    read_and_acknowledge(with_notice)
    file.write_text(file.read_text() + "\n# Sends something else now.\n")

    text = with_notice.run("notice").stdout

    assert "- plugin titles: drop-in, SHA-256 " in text
    assert " → drop-in, SHA-256 " in text


@pytest.mark.parametrize(
    ("table", "settings"),
    [("holidays", {"days": ["Christmas"]}), ("holidays.days", {"12-25": "Christmas"})],
    ids=["list", "table"],
)
def test_a_list_or_a_table_among_the_settings_of_a_drop_in_is_a_change(
    with_notice: Laptop, table: str, settings: dict[str, object]
):
    source = calendar().replace(
        "class Holidays(Calendar[Config])",
        "class Days(Config, frozen=True, kw_only=True):\n"
        "    days: list[str] | dict[str, str] = []\n\n"
        "class Holidays(Calendar[Days])",
    )
    drop(with_notice.folder / "plugins", "holidays.py", source)
    read_and_acknowledge(with_notice)
    with_notice.configure(f"plugins.{table}", **settings)

    assert "- holidays: days none → set in agent.toml (" in with_notice.run("notice").stdout


def test_a_changed_setting_that_may_be_a_secret_is_listed_without_its_value(with_notice: Laptop):
    with_notice.configure(
        "plugins.geoip", provider="url", url="https://geo.example.com/?key=hunter2"
    )
    read_and_acknowledge(with_notice)
    with_notice.configure("plugins.geoip", url="https://geo.example.com/?key=hunter3")

    text = with_notice.run("notice").stdout

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
