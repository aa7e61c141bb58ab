"""Schedules, holidays and leave: entered by administrators, seen by managers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.models.users import Role

SignIn = Callable[..., None]
TO_31, TO_28 = re.compile(r"24\W+31 Dec 2026"), re.compile(r"24\W+28 Dec 2026")


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    """The small company, whose first employee is in the team Sales."""
    small_company(server)
    server.execute(
        "UPDATE employees SET display_name = 'Alice Gruber', country = 'US'"
        " WHERE username = 'alice'"
    )
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
    server.execute(
        "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
        " WHERE username = 'alice'"
    )
    return server


def cell(page: Page, name: str, column: int) -> Locator:
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    return row.get_by_role("cell").nth(column)


def choose(dialog: Locator, label: str, option: str) -> None:
    field = dialog.get_by_role("combobox", name=label)
    field.click()
    if field.is_editable():
        field.fill(option)
    field.page.get_by_role("option", name=option, exact=True).click()


def test_a_schedule_and_the_holidays_of_a_team_make_a_year(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/schedules")
    expect(page.get_by_text("No schedules yet")).to_be_visible()
    page.get_by_role("button", name="Add schedule").click()
    dialog = page.get_by_role("dialog", name="Add schedule")
    dialog.get_by_label("Valid from").fill("2026-01-01")
    dialog.get_by_label("Friday from").fill("22:00")
    dialog.get_by_label("Friday to").fill("06:00")
    expect(dialog.get_by_text("Ends on the next day")).to_be_visible()
    dialog.get_by_role("switch", name="Thursday").click(force=True)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("table", name="Schedules").get_by_role("row").nth(1)
    expect(row).to_contain_text("Company")
    expect(row).to_contain_text(re.compile(r"Mon.Wed 09:00.17:00"))
    expect(row).to_contain_text(re.compile(r"Fri 22:00.06:00"))

    page.get_by_role("button", name="Choose holidays").click()
    dialog = page.get_by_role("dialog", name="Choose public holidays")
    choose(dialog, "For", "Team")
    choose(dialog, "Team", "Sales")
    choose(dialog, "Country", "Austria")
    expect(dialog.get_by_text("Immaculate Conception")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Chosen holidays")).to_contain_text("Team Sales")

    page.get_by_role("button", name="Change a day").click()
    dialog = page.get_by_role("dialog", name="Change a day")
    dialog.get_by_label(re.compile("^Day")).fill("2026-12-24")
    dialog.get_by_label("Name", exact=True).fill("Christmas Eve")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Changed days")).to_contain_text("Christmas Eve")

    page.get_by_role("link", name="Calendar", exact=True).click()
    # In Austria the 8th, 25th and 26th, and the company's own 24th.
    expect(cell(page, "Alice Gruber", 11)).to_contain_text("4 public holidays")
    page.get_by_role("button", name="Dec", exact=True).click()
    expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
    expect(cell(page, "Alice Gruber", 7)).to_have_text("H")
    expect(cell(page, "Alice Gruber", 8)).to_have_text("W")
    expect(cell(page, "Alice Gruber", 9)).to_have_text("O")
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("heading", name="January 2027")).to_be_visible()


def test_leave_is_entered_changed_and_deleted_and_shows_on_the_employee_s_page(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/calendar")
    page.get_by_role("button", name="Enter leave").click()
    dialog = page.get_by_role("dialog", name="Enter leave")
    choose(dialog, "Employee", "Alice Gruber · alice")
    dialog.get_by_label("First day").fill("2026-12-24")
    dialog.get_by_label("Last day").fill("2026-12-23")
    dialog.get_by_label("Last day").evaluate("field => field.removeAttribute('min')")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("cannot end on 2026-12-23")
    dialog.get_by_label("Last day").fill("2026-12-31")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("table", name="Leave")).to_contain_text(TO_31)
    expect(cell(page, "Alice Gruber", 11).first).to_contain_text("8 L")

    page.get_by_role("table", name="Leave").get_by_role("link", name="Alice Gruber").click()
    expect(page.get_by_role("heading", name="Planned days")).to_be_visible()
    page.get_by_role("button", name="Edit leave of Alice Gruber").click()
    dialog = page.get_by_role("dialog", name="Leave of Alice Gruber")
    dialog.get_by_label("Last day").fill("2026-12-28")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Leave")).to_contain_text(TO_28)
    page.get_by_role("button", name="Delete leave of Alice Gruber").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete leave").click()
    expect(page.get_by_text("No leave", exact=True)).to_be_visible()
    assert company.value("SELECT count(*) FROM leave_ranges") == 0


def test_leave_is_imported_as_a_whole(
    page: Page, sign_in: SignIn, company: ThreadedServer, tmp_path: Path
) -> None:
    sign_in(at="/calendar")
    page.get_by_role("button", name="Import CSV").click()
    dialog = page.get_by_role("dialog", name="Import leave")
    lines = ["username;from;until", "alice;2026-12-24;2026-12-31"]
    for name, more in (("wrong.csv", ["nobody;2026-12-24;2026-12-31"]), ("right.csv", [])):
        file = tmp_path / name
        file.write_text("\r\n".join([*lines, *more]))
        dialog.locator("input[type=file]").set_input_files(file)
        if more:
            expect(dialog.get_by_role("alert")).to_contain_text("Line 3, column username")
            expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    expect(dialog.get_by_role("status")).to_have_text("1 range of days added")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("table", name="Leave")).to_contain_text("Alice Gruber")


def test_a_manager_sees_the_year_of_their_team_and_no_schedules(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(Role.MANAGER)
    company.execute(
        "INSERT INTO team_managers (user_id, team_id) SELECT user_id, team_id FROM users, teams"
        " WHERE username = 'anna' AND name = 'Sales'"
    )
    page.goto("/calendar")

    table = page.get_by_role("table", name="Planned days of 2026")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("Alice Gruber")
    expect(page.get_by_role("button", name="Enter leave")).to_be_visible()
    expect(page.get_by_role("link", name="Schedules")).to_have_count(0)
    page.goto("/schedules")
    expect(page.get_by_role("heading", name="You do not have access to this page")).to_be_visible()
