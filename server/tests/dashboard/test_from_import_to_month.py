"""One story: people are imported, planned, expected, missed, found again, and counted."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from server.tests.dashboard.conftest import ThreadedServer, in_thread
from server.tests.mail_catcher import MailCatcher

from wfhserver.testing import bearer, heartbeat_body

SignIn = Callable[..., None]
# A Monday. The next one is Easter Monday, a public holiday in Austria.
TODAY = datetime(2027, 3, 22, 9, 0, tzinfo=UTC)
EASTER = TODAY + timedelta(days=7)
PEOPLE = 500
HEADER = "username,display_name,email,teams,time_zone"


@pytest.fixture
def server(server: ThreadedServer, catcher: MailCatcher) -> ThreadedServer:
    """A company with the team Vienna and a channel to IT, and nobody in it."""
    server.clock.time = TODAY
    server.settings |= {
        "smtp_host": "127.0.0.1",
        "smtp_port": catcher.port,
        "mail_from": "wfhserver@example.com",
    }
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Vienna', $1)", TODAY)
    server.execute(
        "INSERT INTO alert_channels (name, kind, address, shown, topics, working_hours_only,"
        " created_at, created_by) VALUES ('IT', 'email', 'it@example.com', 'it@example.com',"
        " '{alerts}', false, $1, 'user:anna')",
        TODAY,
    )
    return server


class Story:
    """What people do in the browser, and what their laptops do meanwhile."""

    def __init__(self, page: Page, server: ThreadedServer) -> None:
        self.page = page
        self.server = server
        self.tokens: dict[str, str] = {}

    def at(self, moment: datetime) -> None:
        self.server.clock.time = moment
        self.page.clock.set_fixed_time(moment)

    def import_people(self, file: Path) -> None:
        lines = [
            f"p{n},Person {n},p{n}@example.com,{'Vienna' if n < 100 else ''},Europe/Berlin"
            for n in range(PEOPLE)
        ]
        file.write_text("\n".join([HEADER, *lines]))
        self.page.goto("/employees")
        self.page.get_by_role("button", name="Import CSV").click()
        dialog = self.page.get_by_role("dialog", name="Import employees")
        dialog.locator("input[type=file]").set_input_files(file)
        expect(dialog.get_by_role("status")).to_have_text("500 employees added")
        dialog.get_by_role("button", name="Import", exact=True).click()
        expect(dialog).to_have_count(0)

    def plan(self) -> None:
        """Everybody works from nine to five, and in Vienna not on Austrian holidays."""
        self.page.goto("/schedules")
        self.page.get_by_role("button", name="Add schedule").click()
        dialog = self.page.get_by_role("dialog", name="Add schedule")
        dialog.get_by_label("Valid from").fill("2027-01-01")
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog).to_have_count(0)
        self.page.get_by_role("button", name="Choose holidays").click()
        dialog = self.page.get_by_role("dialog", name="Choose public holidays")
        choose(dialog, "For", "Team")
        choose(dialog, "Team", "Vienna")
        choose(dialog, "Country", "Austria")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)

    def give_leave(self, name: str) -> None:
        self.page.goto("/calendar")
        self.page.get_by_role("button", name="Enter leave").click()
        dialog = self.page.get_by_role("dialog", name="Enter leave")
        choose(dialog, "Employee", name)
        dialog.get_by_label("First day").fill("2027-03-29")
        dialog.get_by_label("Last day").fill("2027-04-02")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)

    def heartbeats(self, username: str, first: datetime, last: datetime) -> None:
        """A laptop reports every five minutes."""
        host = f"{username}-pc"
        if username not in self.tokens:
            self.tokens[username] = self.server.agent_token(username, host)
        count = (last - first) // timedelta(minutes=5) + 1
        body = [
            heartbeat_body(
                username=username,
                hostname=host,
                time_zone="Europe/Berlin",
                timestamp=(first + n * timedelta(minutes=5)).isoformat(),
                queued_seconds=(self.server.clock.time - first).total_seconds() - n * 300,
            )
            for n in range(count)
        ]
        token = bearer(self.tokens[username])
        answer = self.server.request("POST", "/api/heartbeat", json=body, headers=token)
        assert answer.status_code == 200, answer.text

    def alerts_are_looked_at(self) -> None:
        for _ in range(2):
            in_thread(self.server.check_alerts)
            self.at(self.server.clock.time + timedelta(minutes=10))
        in_thread(self.server.deliver)


def choose(dialog: Locator, label: str, option: str) -> None:
    field = dialog.get_by_role("combobox", name=label)
    field.click()
    if field.is_editable():
        field.fill(option.partition(" · ")[0])
    field.page.get_by_role("option", name=option, exact=True).click()


def test_five_hundred_people_from_the_import_to_the_month(
    page: Page, sign_in: SignIn, server: ThreadedServer, catcher: MailCatcher, tmp_path: Path
) -> None:
    story = Story(page, server)
    story.at(TODAY)
    sign_in()
    story.import_people(tmp_path / "people.csv")
    story.plan()
    story.give_leave("Person 200 · p200")

    # Easter Monday. Person 300 came at nine and has been silent since ten; 301 is at work.
    story.at(EASTER.replace(hour=13))
    morning = EASTER.replace(hour=7)
    story.heartbeats("p300", morning, morning + timedelta(hours=1))
    story.heartbeats("p301", morning, server.clock.time)
    sign_in(username="berta")
    for card, count in (("Online", 1), ("Expected", 1), ("Day off", 100), ("On leave", 1)):
        expect(page.get_by_role("button", name=f"{card}: {count}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Never seen: 397")).to_be_visible()
    page.get_by_role("button", name="On leave: 1").click()
    expect(page.get_by_role("link", name="Person 200")).to_be_visible()

    story.alerts_are_looked_at()
    page.goto("/?state=expected")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Person 300"))
    expect(row.get_by_role("img", name="Silent in working hours. Ask")).to_be_visible()
    story.heartbeats("p300", server.clock.time, server.clock.time)
    story.alerts_are_looked_at()
    silent = "Device silent: Person 300 (p300-pc)"
    assert sorted(zip(map(str, catcher.recipients), catcher.subjects, strict=True)) == [
        ("['it@example.com']", silent),
        ("['it@example.com']", f"Resolved: {silent}"),
        ("['p300@example.com']", silent),
        ("['p300@example.com']", f"Resolved: {silent}"),
    ]

    in_thread(server.count_attendance)
    page.goto("/attendance")
    with page.expect_download() as started:
        page.get_by_role("button", name="Export CSV").click()
    text = Path(started.value.path()).read_text("utf-8-sig")
    days = {(row["employee"], row["day"]): row for row in csv.DictReader(text.splitlines())}
    monday = {name: days[name, "2027-03-29"] for name in ("p0", "p200", "p300", "p301")}
    assert int(monday["p300"]["seconds with heartbeats"]) == 3600
    assert int(monday["p301"]["seconds with heartbeats"]) == 6 * 3600
    planned = [monday[name]["planned"] for name in monday]
    assert planned == ["holiday", "leave", "working", "working"]
