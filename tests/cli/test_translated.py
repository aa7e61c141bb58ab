"""Every screen in the pseudo-language: text without accents was not translated."""

import json
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import Laptop
from tests.drop_ins import calendar, drop
from tests.journal.month import fill
from tests.pseudo import agent_in_pseudo, untranslated, visible_text
from tests.tray.statuses import status
from typer.testing import CliRunner

from wfhagent.cli import make_app
from wfhagent.cli.status import screen
from wfhagent.doctor.finding import NAMES
from wfhagent.errors import PluginError
from wfhagent.notice.announcement import start_notification
from wfhagent.os_service.manager import WithIcon
from wfhagent.os_service.runner import Completed
from wfhagent.os_service.systemd import Systemd
from wfhagent.os_service.unit import AGENT, ICON, ServiceSpec
from wfhagent.plugin import Occasion, ParcelKind
from wfhagent.plugin_tools.describe import describe
from wfhagent.plugin_tools.findings import (
    Checked,
    CheckedCalendar,
    CheckedCollector,
    CheckedTransport,
    ParcelResult,
    Section,
)
from wfhagent.plugin_tools.names import check_name
from wfhagent.plugins.first_party import OFF_BY_DEFAULT, distribution_of
from wfhagent.status import write_status
from wfhagent.system.user_agents import UserAgent
from wfhagent.system.zone import zone_name

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COMPANY = {"company": "ACME", "purpose": "Gurk", "contact": "dpo", "retention": "60 Zoll"}
PLUGINS = (
    *map(distribution_of, OFF_BY_DEFAULT),
    "wfhagent",
    "screenshot",
    "identity",
    "network",
    "geoip",
    "https",
    "file",
    "holidays",
    *OFF_BY_DEFAULT,
)
SETTINGS = {"server", "true", "false", "UTC", "Etc/UTC"}
"""Values that agent.toml has in English."""
SENT = (
    *("alice", "laptop-7", "AT", "Graz", "taken", "wlan0", "image/webp", "off or asleep"),
    *("country", "city", "latitude", "longitude", "status", "width", "height", "monitors"),
    *("interface", "https://wfh.example.com", "v1"),
)
"""What the journal shows as it was sent."""
CLASHING = ("my-plugin", "_hidden", "class", "trusted", "file", "config", "platform", "psutil")
OTHER = UserAgent(
    config="/other", data_directory="/data", server="https://127.0.0.1:8", pid=7, started_at=NOW
)


@pytest.fixture(autouse=True)
def _pseudo() -> Iterator[None]:
    with agent_in_pseudo():
        yield


@pytest.fixture
def full(laptop: Laptop) -> Laptop:
    """A laptop with a notice, a calendar, and a time zone that has no name in English."""
    drop(laptop.folder / "plugins", "holidays.py", calendar())
    laptop.configure("notice", text="Gurk.", required=True, **COMPANY)
    laptop.configure("detailed_log", time_zone="UTC")
    return laptop


def english(laptop: Laptop, text: str, more: Collection[str] = ()) -> list[str]:
    """Return the words of *text* that are English and no data of *laptop*."""
    data = (*more, *COMPANY.values(), "Gurk", *PLUGINS, *SETTINGS, "https://127.0.0.1:9")
    paths = (laptop.file, laptop.data / "credentials.json", laptop.data, laptop.folder)
    return untranslated(text, [*data, *map(str, paths)])


def opened(laptop: Laptop, *arguments: str) -> str:
    """Return the page that a command writes."""
    done = laptop.run(*arguments)
    return Path(done.stdout.splitlines()[0]).read_text(encoding="utf-8")


def test_a_text_that_is_not_translated_is_found(laptop: Laptop):
    assert english(laptop, "⟦Ûþðåţéš⟧ ACME and `code`") == ["and"]


def test_the_privacy_page_and_the_annex(full: Laptop, browser: Path):
    assert english(full, full.run("privacy").stdout) == []
    assert english(full, full.run("privacy", "--dpia").stdout) == []
    assert english(full, visible_text(opened(full, "privacy", "--open"))) == []
    assert browser.exists()


def test_the_notice_and_what_changed(full: Laptop, browser: Path):
    first = full.run("notice")
    full.run("notice", "--acknowledge")
    full.configure("plugins", disabled=["idle", "geoip"])
    full.configure("notice", text="Gurk gurk.")
    changed = full.run("notice")
    page = opened(full, "notice", "--open")
    full.run("notice", "--acknowledge")

    assert english(full, first.stdout) == []
    # Changes use the names of settings and plugins in agent.toml.
    assert english(full, changed.stdout, ["plugin geoip", "gurk"]) == []
    assert english(full, visible_text(page), ["plugin geoip", "gurk"]) == []
    assert english(full, full.run("notice").stdout, ["gurk"]) == []


def test_the_notification_at_a_start(full: Laptop):
    for changes in ((), ("1",) * 9):
        shown = start_notification(full.assembly(), changes)

        assert english(full, f"{shown.title}\n{shown.text}", ["127.0.0.1"]) == []


def test_the_journal(full: Laptop):
    fill(full.data / "outbox.sqlite3", days=9, side=32)
    write_status(full.data / "status.json", status(NOW, queued_logs=2))
    page = visible_text(opened(full, "journal", "--no-open", "--day", "2026-11-19")) + visible_text(
        opened(full, "journal", "--no-open")
    )

    # What was sent, and why a log is missing, is data that the agent has recorded.
    assert english(full, page, SENT) == []


def test_the_status(full: Laptop):
    found = status(
        day_off="1",
        logs_held="the notice was not acknowledged",
        open_changes=("1",),
        start_problem="there is no session bus",
        tests_today=2,
        refused=1,
        dropped_logs=1,
        problem="1",
        failing={"geoip": "1"},
        server="https://127.0.0.1:9",
    )
    running = UserAgent(**{**msgspec.structs.asdict(OTHER), "running": True})
    shown = [
        screen(found, NOW, [OTHER, running]),
        screen(found, NOW + timedelta(hours=9)),
        screen(status(enrolled=False, delivered_at=None, username="", server="1"), NOW, [running]),
        full.run("status").output,
    ]

    names = ["alice", "laptop-7", "/other", "/data", "https://127.0.0.1:8"]
    assert [english(full, text, names) for text in shown] == [[], [], [], []]


def test_the_diagnostics(full: Laptop, browser: Path):
    text = full.run("doctor").stdout
    page = visible_text(opened(full, "doctor", "--open"))
    # What the system and a collector answer.
    reasons = [
        "[Errno 111] Connection refused",
        "[WinError 10061] Connection refused",
        "DISPLAY and WAYLAND_DISPLAY are not set",
        "failed: the system gave a picture that is all black",
        zone_name(NOW),
    ]

    assert "⟦" in text
    assert english(full, text, reasons) == []
    assert english(full, page, reasons) == []
    assert browser.exists()


def test_every_check_has_a_name_in_the_catalog(full: Laptop):
    found = json.loads(full.run("doctor", "--json").stdout)

    assert {finding["what"] for finding in found} <= set(NAMES)


def test_the_service(full: Laptop):
    system: dict[str, Completed] = {}
    units = [
        Systemd(
            config_home=full.folder,
            run=lambda command: system.get(command[-1], Completed([], 0, "", "")),
            job=job,
            is_logged_in=lambda: True,
        )
        for job in (AGENT, ICON)
    ]
    manager = WithIcon(*units)
    messages = [
        manager.uninstall(),
        manager.install(ServiceSpec(program=["/usr/bin/gurk"], config=None)),
        manager.start(),
        manager.stop(),
        manager.uninstall(),
    ]

    assert english(full, "\n".join(messages), [str(Path("systemd", "user")), ".service"]) == []


def test_plugins_and_preview(full: Laptop):
    listed = full.run("plugins").stdout
    shown = full.run("preview", "--only", "identity").stdout

    assert "⟦" in shown
    # Settings are described in English, as in agent.toml.
    listed = re.sub(r"\[plugins\.\w+\]|^    .*$", "", listed, flags=re.MULTILINE)
    folder = full.folder / "plugins"
    assert english(full, listed, [str(folder / "holidays.py"), str(folder)]) == []
    # The facts are data.
    assert english(full, re.sub(r"^[{ }].*$", "", shown, flags=re.MULTILINE)) == []


def test_what_a_plugin_author_reads(full: Laptop):
    folder = full.folder / "new"
    new = ["plugin", "new", "gurk", "--kind", "calendar", "--into", str(folder)]
    made = CliRunner().invoke(make_app(), new, obj={}, catch_exceptions=False).stdout
    refused = []
    for name in CLASHING:
        with pytest.raises(PluginError) as raised:
            check_name(name)
        refused.append(str(raised.value))
    checked = Checked(
        name="gurk",
        path=str(folder / "gurk"),
        sha256="0" * 64,
        problems=["1"],
        notes=["1"],
        output=["1"],
        collectors=[
            CheckedCollector(
                name="gurk",
                about="",
                occasions=tuple(Occasion),
                time_limit_seconds=1,
                facts=(),
                settings=(),
                would_send=tuple(Section(occasion=each) for each in Occasion),
            )
        ],
        transports=[
            CheckedTransport(
                name="gurk",
                about="",
                settings=(),
                parcels=(ParcelResult(kind=ParcelKind.LOG, status=None),),
            )
        ],
        calendars=[
            CheckedCalendar(
                name="gurk", about="", time_limit_seconds=1, settings=(), days={NOW.date(): None}
            )
        ],
    )

    data = ["gurk", str(folder), "log:"]
    assert "⟦" in made
    assert english(full, re.sub(r"^  wfhagent .*$", "", made, flags=re.MULTILINE), data) == []
    assert english(full, describe(checked), data) == []
    assert [english(full, text, [*CLASHING, "Config", "Python"]) for text in refused] == [[]] * len(
        CLASHING
    )
