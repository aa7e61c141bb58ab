"""`wfhagent privacy` is generated from the declarations, so it lists exactly what is sent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Laptop
from tests.drop_ins import calendar, collector, drop

SECRET = "hunter2-hunter2"


@pytest.fixture
def with_drop_ins(laptop: Laptop) -> Laptop:
    source = (
        collector()
        .replace(
            '"To plan updates", Personal.NO',
            '"A | B\\nC", Personal.DIRECT, risk="It tells when you travel."',
        )
        .replace(
            "class Gauge(Collector[Config])",
            "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
            '    key: str = ""\n    every: int = 5\n\n'
            "class Gauge(Collector[GaugeConfig])",
        )
    )
    drop(laptop.folder / "plugins", "battery.py", source)
    drop(laptop.folder / "plugins", "holidays.py", calendar())
    laptop.configure("plugins.battery", key=SECRET, every=7)
    return laptop


def inventory(laptop: Laptop) -> dict[str, Any]:
    return json.loads(laptop.run("privacy", "--json").stdout)


def test_the_page_holds_every_declared_fact_of_every_collector_in_use(with_drop_ins: Laptop):
    text = with_drop_ins.run("privacy").stdout

    assert "| `percent` | Charge in percent | A \\| B C | **directly** | battery |" in text
    assert "| `username` | Your username |" in text
    assert "idle_seconds" not in text
    assert "- idle: off by default; [plugins] enabled in agent.toml turns it on." in text
    assert "No detailed log is taken on days off in these calendars: holidays." in text
    assert "reports to https://127.0.0.1:9." in text


def test_a_collector_that_is_disabled_leaves_the_page(with_drop_ins: Laptop):
    with_drop_ins.configure("plugins", disabled=["idle", "screenshot"])

    assert "`screenshot`" not in with_drop_ins.run("privacy").stdout


def test_settings_in_force_are_shown_except_texts_which_may_be_secret(with_drop_ins: Laptop):
    for arguments in (["privacy"], ["privacy", "--json"], ["privacy", "--dpia"]):
        text = with_drop_ins.run(*arguments).stdout
        assert SECRET not in text
        assert "every" in text
    assert "`key` = set in agent.toml; `every` = 7" in with_drop_ins.run("privacy").stdout


def test_the_annex_has_the_risk_that_a_fact_declares(with_drop_ins: Laptop):
    text = with_drop_ins.run("privacy", "--dpia").stdout

    assert "| `percent` (battery) | It tells when you travel. |" in text
    assert "- Directly personal: `username`, `screenshot`, `percent`." in text
    assert "Drop-ins are **not** limited to known hashes" in text


def test_programs_read_what_carries_each_fact(with_drop_ins: Laptop):
    data = inventory(with_drop_ins)["data"]

    carriers = {(datum["by"], datum["name"]): datum["sent_with"] for datum in data}
    assert carriers["identity", "username"] == ["enrollment", "heartbeat", "detailed log"]
    assert carriers["battery", "percent"] == ["heartbeat", "detailed log"]
    assert carriers["screenshot", "screenshot"] == ["detailed log"]
    assert carriers["wfhagent", "health.failing"] == ["heartbeat"]


def test_nothing_is_collected_to_make_the_page(laptop: Laptop):
    trace = laptop.folder / "asked"
    body = f"open({str(trace)!r}, 'w')"
    drop(laptop.folder / "plugins", "battery.py", collector(body=body))

    laptop.run("privacy")

    assert not trace.exists()


def test_the_annex_holds_the_notice_and_what_limits_a_screenshot(with_drop_ins: Laptop):
    before = with_drop_ins.run("privacy", "--dpia").stdout
    with_drop_ins.configure(
        "notice", company="ACME", purpose="To see | that laptops are on.", required=True
    )
    with_drop_ins.configure("plugins.screenshot", blur=8)

    annex = with_drop_ins.run("privacy", "--dpia").stdout

    assert "agent.toml has no `[notice]`; how the employees are informed: **to be" in before
    assert "- Purpose: To see \\| that laptops are on." in annex
    assert "No detailed log is taken before the employee has acknowledged it" in annex
    assert "- Settings of `screenshot` in force: `max_width` = 1600; " in annex
    assert "`blur` = 8" in annex


def test_the_annex_calls_nothing_minimised_that_is_off(laptop: Laptop):
    laptop.configure("plugins.screenshot", quality=95, notify=False)

    annex = laptop.run("privacy", "--dpia").stdout

    assert "Off: `blur`, `hide_windows`, `notify`." in annex
    assert "inimization of what" not in annex


def test_the_page_in_the_browser_has_the_notice_too(laptop: Laptop, browser: Path):
    laptop.configure("notice", text="Two pictures a day.")

    laptop.run("privacy", "--open")

    file = laptop.data / "pages" / "wfhagent-privacy.html"
    html = file.read_text(encoding="utf-8")
    assert browser.read_text() == file.as_uri()
    assert "<p>Two pictures a day.</p>" in html
    assert "With a detailed log" in html
    assert "*" not in html.partition("<main>")[2]


def test_the_page_begins_with_what_everybody_must_know_and_screenshots_are_the_first_row(
    laptop: Laptop,
):
    laptop.configure(
        "notice", company="ACME", contact="dpo@acme.example", retention="60 days", text="Read."
    )
    text = laptop.run("privacy").stdout
    begin = text.partition("|---")[0]

    for sentence in (
        "this program takes a screenshot and sends it to 127.0.0.1",
        "Who can see it: managers of your team, and the administrators and auditors of ACME.",
        "How long it is kept: your company states 60 days; 30 days on this device.",
        "Questions: ask dpo@acme.example.",
        "To object: write to dpo@acme.example and give your reasons.",
        "wfhagent cannot be paused.",
    ):
        assert sentence in begin
    assert text.partition("|---|")[2].splitlines()[1].startswith("| `screenshot` |")
    assert "300 s" not in text
    assert "every 5 minutes" in text


def test_the_first_sentence_says_when_a_screenshot_is_not_notified_or_none_is_taken(
    laptop: Laptop,
):
    laptop.configure("plugins.screenshot", notify=False)
    quiet = laptop.run("privacy").stdout
    laptop.configure("plugins", disabled=["screenshot"])

    assert "You are not notified each time." in quiet
    assert "sends a log without a screenshot" in laptop.run("privacy").stdout
