"""Device activity of a month: of a team and of one employee, read back as a file."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer, in_thread

SignIn = Callable[..., None]


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    """The small company, whose days are counted; its first employee is in the team Sales."""
    small_company(server)
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
    server.execute(
        "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
        " WHERE username = 'alice'"
    )
    in_thread(server.count_attendance)
    return server


def test_a_month_of_a_team_is_shown_and_exported(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/attendance")
    expect(page.get_by_role("heading", name="Device activity", level=1)).to_be_visible()
    expect(page.get_by_text("no record of working time").first).to_be_visible()
    expect(page.get_by_role("row", name="bob")).to_be_visible()
    page.get_by_role("combobox", name="Team").click()
    page.get_by_role("option", name="Sales").click()
    expect(page.get_by_role("row", name="bob")).to_have_count(0)

    with page.expect_download() as started:
        page.get_by_role("button", name="Export CSV").click()

    download = started.value
    with page.expect_download() as pdf:
        page.get_by_role("button", name="Export PDF").click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF")
    text = Path(download.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert download.suggested_filename == "device-activity-2026-11-01-to-2026-11-23.csv"
    assert [row["day"] for row in rows][-1] == "2026-11-23"
    assert {row["employee"] for row in rows} == {"alice"}
    assert int(rows[-1]["seconds with heartbeats"]) > 3 * 3600


def test_a_month_of_an_employee_says_in_words_what_the_map_shows(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/attendance")
    page.get_by_role("button", name="alice").click()

    table = page.get_by_role("table", name="Device activity by day")
    today = table.get_by_role("row", name="Monday 23 November")
    expect(today).to_contain_text("h")
    expect(today.get_by_role("cell").nth(1)).to_contain_text("30")
    assert "employee=alice" in page.url


def test_the_page_of_an_employee_shows_the_month_when_it_is_asked_for(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    alice = company.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    views = "SELECT count(*) FROM audit WHERE action = 'attendance.view'"
    sign_in(at=f"/employees/{alice}")
    panel = page.get_by_role("region", name="Device activity")
    expect(panel.get_by_text("no record of working time")).to_be_visible()
    assert company.value(views) == 0

    panel.get_by_role("button", name="Show month").click()

    expect(panel.get_by_role("table", name="Device activity by day")).to_be_visible()
    assert company.value(views) == 1
