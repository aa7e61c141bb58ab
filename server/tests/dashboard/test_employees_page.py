"""Five hundred employees before any laptop: imported, found, changed, and undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.models.users import Role

SignIn = Callable[..., None]


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    small_company(server)
    return server


def choose(page: Page, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(file)


def test_five_hundred_are_imported_found_and_undone(
    page: Page, sign_in: SignIn, company: ThreadedServer, tmp_path: Path
) -> None:
    before = company.value("SELECT count(*) FROM employees")
    lines = ["Username;Display name;E-Mail;Country;Status", "alice;Älice Gruber;;AT;on leave"]
    lines += [f"p{n};Person {n};p{n}@example.com;DE;" for n in range(500)]
    sign_in()
    page.get_by_role("link", name="Employees", exact=True).click()
    page.get_by_role("button", name="Import CSV").click()
    dialog = page.get_by_role("dialog", name="Import employees")
    wrong = [*lines, "p500;;nobody;Germany;"]
    choose(page, tmp_path / "wrong.csv", "\r\n".join(wrong).encode("cp1252"))
    expect(dialog.get_by_role("alert")).to_contain_text("Line 503, column E-Mail: “nobody”")
    expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    choose(page, tmp_path / "right.csv", "\r\n".join(lines).encode("cp1252"))
    expect(dialog.get_by_role("status")).to_have_text("500 employees added · 1 employee changed")
    expect(dialog.get_by_text("Display name: Älice Gruber")).to_be_visible()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog).to_have_count(0)
    assert company.value("SELECT count(*) FROM employees") == before + 500

    page.get_by_label("Search by name or username").fill("person 499")
    row = page.get_by_role("row").filter(has_text="Person 499")
    expect(row).to_contain_text("p499@example.com")
    expect(row).to_contain_text("Germany")
    expect(page.get_by_role("table", name="Employees").get_by_role("row")).to_have_count(2)

    page.goto("/?q=gruber")
    expect(page.get_by_role("link", name="Älice Gruber")).to_be_visible()
    expect(page.get_by_text("alice · laptop-7")).to_be_visible()
    page.get_by_role("link", name="Älice Gruber").click()
    expect(page.get_by_role("heading", name="Älice Gruber", level=1)).to_be_visible()
    expect(page.get_by_text("on leave")).to_be_visible()

    page.goto("/employees")
    page.get_by_role("button", name="Undo import").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo import").click()
    expect(page.get_by_role("heading", name="Last import")).to_have_count(0)
    assert company.value("SELECT count(*) FROM employees") == before
    assert company.value("SELECT count(*) FROM employees WHERE display_name IS NOT NULL") == 0


def test_an_employee_is_added_and_edited(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/employees")
    page.get_by_role("button", name="Add employee").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Username").first.fill("erik")
    dialog.get_by_label("Display name").fill("Erik Huber")
    dialog.get_by_role("combobox", name="Country").fill("Austr")
    page.get_by_role("option", name="Austria").click()
    dialog.get_by_label("Region").fill("AT-9")
    dialog.get_by_role("combobox", name="Manager").fill("alice")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Erik Huber")
    expect(row).to_contain_text("Austria · 9")

    row.get_by_role("button", name="Edit erik").click()
    dialog.get_by_label("E-mail").fill("nobody")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not an e-mail address")
    dialog.get_by_label("E-mail").fill("erik@example.com")
    dialog.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="on leave").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    expect(row).to_contain_text("on leave")
    assert company.rows(
        "SELECT e.email, e.country, e.region, e.status, m.username FROM employees AS e"
        " JOIN employees AS m ON m.employee_id = e.manager_id WHERE e.username = 'erik'"
    ) == [("erik@example.com", "AT", "9", "on_leave", "alice")]


def test_a_manager_sees_their_team_and_changes_nothing(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(Role.MANAGER, at="/employees")

    expect(page.get_by_role("heading", name="Employees", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Import CSV")).to_have_count(0)


def test_a_further_username_joins_its_devices_when_that_is_chosen(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/employees")
    page.get_by_role("button", name="Edit alice").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Further usernames")
    for name in ("CORP\\alice", "carol"):
        field.fill(name)
        field.press("Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("“carol” is the username of another")
    dialog.get_by_role("switch", name="Join existing data").click(force=True)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="alice", exact=True))
    expect(row).to_contain_text("CORP\\alice, carol")
    expect(row).to_contain_text("2 devices")
    expect(page.get_by_role("link", name="carol", exact=True)).to_have_count(0)
    row.get_by_role("link").click()
    expect(page.get_by_text("also CORP\\alice, carol")).to_be_visible()
    expect(page.get_by_text("laptop-9").first).to_be_visible()
    assert company.value("SELECT count(*) FROM agents WHERE reported_username = 'carol'") == 1
