"""`wfhagent journal` shows everything in the outbox and changes nothing."""

import base64
import json
import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import Laptop
from tests.damage import damage
from tests.journal.month import NAMES, log_of, noise
from tests.modes import has_mode

from wfhagent.clock import SystemClock
from wfhagent.errors import OutboxError
from wfhagent.outbox.bounds import Bounds
from wfhagent.outbox.entry import EntryKind
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Heartbeat, MissedSlot
from wfhagent.plugin import Attachment

NOW = SystemClock().now()
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;"""


def open_outbox(laptop: Laptop) -> Outbox:
    return Outbox(laptop.data / "outbox.sqlite3", now=NOW)


def heartbeat_at(at: datetime) -> Heartbeat:
    return Heartbeat(**NAMES, status="online", timestamp=at)


def shot(number: int = 1) -> Attachment:
    return Attachment(name="screenshot", media_type="image/webp", data=noise(number, 32))


def log(slot: int = 1) -> DetailedLog:
    return log_of(NOW.astimezone().date(), slot, NOW - timedelta(minutes=1))


def page(laptop: Laptop, *arguments: str) -> str:
    done = laptop.run("journal", "--no-open", *arguments)
    assert done.exit_code == 0, done.output
    return Path(done.stdout.strip()).read_text(encoding="utf-8")


class Seen(HTMLParser):
    """Every element and attribute of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_shows_the_very_screenshot_that_was_sent_and_all_that_was_reported(laptop: Laptop):
    sent = shot()
    with open_outbox(laptop) as outbox:
        outbox.add_heartbeat(heartbeat_at(NOW - timedelta(minutes=2)))
        entry_id = outbox.add_log(log(), sent)
        assert entry_id is not None
        outbox.mark_sent([entry_id], at=NOW, answer="stored")

    html = page(laptop)

    (encoded,) = re.findall(r'src="data:image/webp;base64,([^"]+)"', html)
    assert base64.b64decode(encoded) == sent.data
    text = " ".join(Seen(html).text)
    for value in (
        "alice",
        "laptop-7",
        "192.168.1.20",
        "203.0.113.7",
        "Graz",
        "wlan0",
        "width: 1600",
    ):
        assert value in text
    assert "Sent: the server stored it on" in text
    assert "1 heartbeat (1 waiting)" in text
    assert "What is collected" in text
    assert "The operating system is asked" in text


def test_a_missing_dropped_or_refused_entry_is_shown_with_its_reason(laptop: Laptop):
    today = NOW.astimezone().date()
    with open_outbox(laptop) as outbox:
        for _ in range(3):
            outbox.add_heartbeat(heartbeat_at(NOW - timedelta(days=40)))
        outbox.trim(Bounds(keep_days=30, max_bytes=10**9, min_free_bytes=0), now=NOW, today=today)
        answered = outbox.add_heartbeat(heartbeat_at(NOW - timedelta(minutes=9)))
        outbox.mark_sent([answered], at=NOW, answer="stored")
        outbox.trim(Bounds(keep_days=30, max_bytes=0, min_free_bytes=0), now=NOW, today=today)
        no_battery = {"battery.percent": "this machine has no battery"}
        outbox.add_log(msgspec.structs.replace(log(), absent=no_battery), None)
        (waiting,) = outbox.waiting(EntryKind.LOG, limit=1, **NAMES)
        outbox.refuse(waiting, at=NOW, answer="422 invalid_field: workday")
        missed = MissedSlot(workday=today, slot=2, reason="off or asleep from 15:20")
        outbox.days.close(today, [missed])

    text = " ".join(Seen(page(laptop)).text)

    assert "Dropped and never sent: 3 heartbeats (too old)." in text
    assert "Removed early from this journal: 1 heartbeat (no room)." in text
    assert "422 invalid_field: workday" in text
    assert "battery.percent none: this machine has no battery" in " ".join(text.split())
    assert "Log 2 is missing: off or asleep from 15:20." in text
    assert "No screenshot was sent from this device." in text


def test_no_reported_value_becomes_markup(laptop: Laptop):
    hostile = msgspec.structs.replace(
        log(),
        username=HOSTILE,
        hostname=HOSTILE,
        local_ip=None,
        location={HOSTILE: HOSTILE},
        screenshot={"status": HOSTILE},
        absent={"local_ip": HOSTILE},
        extra={HOSTILE: {HOSTILE: [HOSTILE]}},
    )
    with open_outbox(laptop) as outbox:
        outbox.add_log(hostile, Attachment(name="s", media_type=HOSTILE, data=b"x"))
        outbox.days.close(
            hostile.workday, [MissedSlot(workday=hostile.workday, slot=2, reason=HOSTILE)]
        )
    laptop.configure("server", url="https://127.0.0.1:9")

    seen = Seen(page(laptop))

    assert not seen.tags & {"script", "iframe", "object", "link", "form", "base"}
    assert not [name for name in seen.attributes if name.startswith("on") or name == "style"]
    assert " ".join(seen.text).count("<script>") >= 8, "it is shown as the text that it is"


def test_the_page_may_load_nothing(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        outbox.add_log(log(), shot())

    html = page(laptop)

    assert "default-src 'none'" in html.replace("&#x27;", "'")
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)


def test_it_reads_while_the_agent_writes_and_leaves_the_outbox_as_it_is(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        outbox.add_heartbeat(heartbeat_at(NOW - timedelta(minutes=2)))
        outbox._db.execute("BEGIN IMMEDIATE")  # as in the middle of a transaction
        before = list(outbox._db.iterdump())

        html = page(laptop)

        outbox._db.execute("ROLLBACK")
        assert list(outbox._db.iterdump()) == before
    assert "1 heartbeat" in html


@pytest.mark.parametrize("where", ["everywhere", "entries"])
def test_a_damaged_outbox_is_named_and_not_touched(
    laptop: Laptop, heartbeat: Heartbeat, where: str
):
    file = laptop.data / "outbox.sqlite3"
    with Outbox(file, now=NOW) as outbox:
        outbox.add_heartbeat(heartbeat)
    damage(file, where)
    before = file.read_bytes()

    with pytest.raises(OutboxError, match="cannot be read"):
        laptop.run("journal", "--no-open")

    assert file.read_bytes() == before
    assert list(laptop.data.glob("*.damaged*")) == []


def test_an_outbox_of_an_older_agent_is_read(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        outbox.add_heartbeat(heartbeat_at(NOW - timedelta(minutes=2)))
        outbox._db.execute("DROP TABLE dropped")
        outbox._db.execute("PRAGMA user_version = 2")

    assert "1 heartbeat" in page(laptop)


def test_before_anything_was_recorded_it_says_so(laptop: Laptop):
    with pytest.raises(OutboxError, match="nothing was recorded"):
        laptop.run("journal", "--no-open")


def test_a_page_that_would_be_too_large_says_how_each_screenshot_is_seen(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wfhagent.journal.page.MOST_SCREENSHOT_BYTES", len(shot().data) + 10)
    with open_outbox(laptop) as outbox:
        outbox.add_log(log(1), shot())
        outbox.add_log(log(2), shot())

    html = page(laptop)

    assert html.count("<img") == 1
    assert f"run <code>wfhagent journal --day {log().workday}</code>" in html


def test_one_day_and_some_days_can_be_asked_for(laptop: Laptop):
    yesterday = NOW - timedelta(days=1)
    with open_outbox(laptop) as outbox:
        outbox.add_heartbeat(heartbeat_at(yesterday))
        outbox.add_heartbeat(heartbeat_at(NOW))

    today = json.loads(laptop.run("journal", "--json", "--days", "1").stdout)
    one = json.loads(
        laptop.run("journal", "--json", "--day", f"{yesterday.astimezone():%Y-%m-%d}").stdout
    )

    assert [day["day"] for day in today["days"]] == [f"{NOW.astimezone():%Y-%m-%d}"]
    assert [day["day"] for day in one["days"]] == [f"{yesterday.astimezone():%Y-%m-%d}"]
    assert one["days"][0]["beats"][0]["body"]["username"] == "alice"


def test_nobody_else_may_read_the_page_and_the_browser_gets_its_address(
    laptop: Laptop, browser: Path
):
    with open_outbox(laptop) as outbox:
        outbox.add_heartbeat(heartbeat_at(NOW))

    done = laptop.run("journal")

    file = Path(done.stdout.strip())
    assert has_mode(file, 0o600)
    assert file.parent == laptop.data / "pages"
    assert browser.read_text() == file.as_uri()


def test_a_month_is_kept_and_nothing_older(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        for back in (0, 29, 31):
            entry_id = outbox.add_heartbeat(heartbeat_at(NOW - timedelta(days=back)))
            outbox.mark_sent([entry_id], at=NOW, answer="stored")
        outbox.add_log(log_of(date(2026, 1, 1), 1, NOW - timedelta(days=29, hours=1)), shot())
        (entry,) = outbox.waiting(EntryKind.LOG, limit=1, **NAMES)
        outbox.mark_sent([entry.id], at=NOW, answer="stored")
        bounds = Bounds(keep_days=30, max_bytes=10**9, min_free_bytes=0)
        outbox.trim(bounds, now=NOW, today=NOW.date())

    journal = json.loads(laptop.run("journal", "--json").stdout)

    assert sum(len(day["beats"]) for day in journal["days"]) == 2
    assert sum(log["picture_bytes"] for day in journal["days"] for log in day["logs"]) == len(
        shot().data
    )
    assert datetime.fromisoformat(journal["made_at"]).tzinfo == UTC


def test_a_log_whose_slot_was_taken_is_not_called_sent(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        entry_id = outbox.add_log(log(2), None)
        assert entry_id is not None
        outbox.mark_slot_taken([entry_id], at=NOW)

    text = " ".join(" ".join(Seen(page(laptop)).text).split())

    assert "Not stored (" in text
    assert "the server already had log 2 of this day" in text


def test_test_logs_are_counted_and_marked(laptop: Laptop):
    with open_outbox(laptop) as outbox:
        outbox.add_log(log(1), None)
        outbox.add_log(log(0), None)

    text = " ".join(" ".join(Seen(page(laptop)).text).split())

    assert "1 detailed log (1 waiting), 1 test log (1 waiting)." in text
    assert "Test log" in text
