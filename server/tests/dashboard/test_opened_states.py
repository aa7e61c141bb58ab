"""What somebody can open on a page, looked at by axe, and left again with the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from server.tests.dashboard.company import small_company, with_schedules
from server.tests.dashboard.conftest import ThreadedServer
from server.tests.dashboard.test_accessibility import in_both_schemes, violations

SignIn = Callable[..., None]
Act = Callable[[Locator], None]
HOLDS_FOCUS = "box => box.contains(document.activeElement)"
# More than the largest dialog has fields and buttons.
TABS = 18


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    """A small company with one of everything that a dialog is about."""
    small_company(server)
    with_schedules(server)
    server.enrollment_token()
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Support', now())")
    server.execute(
        "INSERT INTO legal_holds (employee_id, held_since, held_by, reason)"
        " SELECT employee_id, now(), 'user:anna', 'Case 7' FROM employees WHERE username = 'bob'"
    )
    return server


def as_it_opens(dialog: Locator) -> None:
    expect(dialog.get_by_role("status", name="Loading")).to_have_count(0)


def submitted(**fields: str) -> Act:
    """Fill the form in, by the beginning of the labels, and send it off."""

    def act(dialog: Locator) -> None:
        for label, value in fields.items():
            dialog.get_by_label(label).first.fill(value)
        dialog.locator("[type=submit]").click()

    return act


def refused(**fields: str) -> Act:
    def act(dialog: Locator) -> None:
        submitted(**fields)(dialog)
        expect(dialog.get_by_role("alert")).to_be_visible()

    return act


def previewed(dialog: Locator) -> None:
    choose(dialog, "username,status\nalice,left\nzoe,")
    expect(dialog.get_by_role("table")).to_be_visible()


def with_errors(dialog: Locator) -> None:
    choose(dialog, "username,status\nalice,gone")
    expect(dialog.get_by_role("alert")).to_be_visible()


def choose(dialog: Locator, csv: str) -> None:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": csv.encode()}
    dialog.locator("input[type=file]").set_input_files(file)


def with_its_secret(dialog: Locator) -> None:
    submitted(Label="Vienna")(dialog)
    expect(dialog.locator("pre")).to_be_visible()
    # Until it is copied, Escape asks.
    dialog.get_by_role("button", name="Copy").click()


def enlarged(dialog: Locator) -> None:
    expect(dialog.get_by_alt_text("Screenshot of the desktop")).to_be_visible()
    dialog.get_by_role("button", name="Zoom in").click()
    expect(dialog.get_by_text("150 %")).to_be_visible()


DIALOGS: tuple[tuple[str, str, Act], ...] = (
    ("/users", "Invite user", refused(Username="anna")),
    ("/users", "Edit anna", as_it_opens),
    ("/teams", "Add team", refused(Name="Support")),
    ("/teams", "Edit Support", as_it_opens),
    ("/teams", "Delete Support", as_it_opens),
    ("/employees", "Add employee", refused(Username="alice")),
    ("/employees", "Edit alice", as_it_opens),
    ("/employees", "Import CSV", previewed),
    ("/employees", "Import CSV", with_errors),
    ("/calendar", "Enter leave", as_it_opens),
    ("/calendar", "Import CSV", as_it_opens),
    ("/calendar", "Edit leave of alice", as_it_opens),
    ("/calendar", "Delete leave of alice", as_it_opens),
    ("/schedules", "Add schedule", as_it_opens),
    ("/schedules", "Choose holidays", as_it_opens),
    ("/schedules", "Change a day", as_it_opens),
    ("/schedules", "Add calendar", refused(Name="HR", iCalendar="https://10.0.0.1/x")),
    ("/schedules", "Delete HR", as_it_opens),
    ("/tokens", "Create token", as_it_opens),
    ("/tokens", "Create token", with_its_secret),
    ("/tokens", "Revoke test", as_it_opens),
    ("/keys", "Create API key", as_it_opens),
    ("/agents", "Revoke laptop-7 of alice", as_it_opens),
    ("/agents", "Show the plugins of laptop-7 of alice", as_it_opens),
    ("/agents", "Mark aaaaaaaa as agreed", as_it_opens),
    ("/agents", "Compare settings", as_it_opens),
    ("/retention", "Add legal hold", as_it_opens),
    ("/retention", "End the legal hold on bob", as_it_opens),
    ("/logs", "alice", enlarged),
)


def test_each_dialog_is_sound_holds_the_focus_and_gives_it_back(
    page: Page, company: ThreadedServer, sign_in: SignIn
) -> None:
    page.emulate_media(reduced_motion="reduce")
    sign_in()
    found = {}
    for path, name, act in DIALOGS:
        if not page.url.endswith(path):
            page.goto(path)
        role = "link" if path == "/logs" else "button"
        opener = page.get_by_role("main").get_by_role(role, name=name).first
        opener.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        act(dialog)
        found[path, name] = in_both_schemes(page, "[role=dialog]")
        for _ in range(TABS):
            page.keyboard.press("Tab")
            assert dialog.evaluate(HOLDS_FOCUS), f"the focus leaves {name}"
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
    assert [(where, *each) for where, each in found.items() if each] == []


def test_a_dialog_is_sound_within_its_page_on_a_phone(
    page: Page, company: ThreadedServer, sign_in: SignIn
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in()
    found = {}
    for path, name, act in (
        ("/teams", "Add team", as_it_opens),
        ("/tokens", "Create token", with_its_secret),
        ("/agents", "Show the plugins of laptop-7 of alice", as_it_opens),
        ("/logs", "alice", as_it_opens),
    ):
        page.goto(path)
        role = "link" if path == "/logs" else "button"
        page.get_by_role("main").get_by_role(role, name=name).first.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        act(dialog)
        # The whole page: a dialog within it must not be a second banner, for example.
        found[path] = violations(page)
    assert [(where, *each) for where, each in found.items() if each] == []


def test_who_deletes_what_opened_the_dialog_goes_on_in_the_content(
    page: Page, company: ThreadedServer, sign_in: SignIn
) -> None:
    sign_in(at="/teams")
    page.get_by_role("button", name="Delete Support").press("Enter")
    page.get_by_role("button", name="Delete team").press("Enter")

    expect(page.get_by_role("heading", name="No teams yet")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()


def test_lists_menus_and_the_calendar_are_sound_and_close_with_escape(
    page: Page, company: ThreadedServer, sign_in: SignIn
) -> None:
    page.emulate_media(reduced_motion="reduce")
    sign_in(at="/logs")
    found = {}

    def looked_at(name: str, opener: Locator, opened: Locator) -> None:
        expect(opened).to_be_visible()
        opened.evaluate("element => element.dataset.lookedAt = 'true'")
        found[name] = in_both_schemes(page, "[data-looked-at]")
        page.keyboard.press("Escape")
        expect(opened).to_be_hidden()
        expect(opener).to_be_focused()

    user = page.get_by_role("button", name="Signed in as")
    user.press("Enter")
    looked_at("who is signed in", user, page.get_by_role("menu"))
    days = page.get_by_role("button", name="Days")
    days.press("Enter")
    calendar = page.get_by_role("dialog")
    looked_at("calendar", days, calendar)
    days.press("Enter")
    calendar.get_by_role("button", name="November 2026", exact=True).press("Enter")
    looked_at("months", days, calendar)
    for name in ("Employee", "Team", "Action"):
        if name == "Action":
            page.goto("/audit")
        field = page.get_by_role("combobox", name=name)
        field.press("ArrowDown")
        looked_at(name, field, page.get_by_role("listbox"))
    assert [(where, *each) for where, each in found.items() if each] == []


def test_forms_that_were_refused_and_what_is_made_are_sound(
    page: Page, company: ThreadedServer, sign_in: SignIn
) -> None:
    page.emulate_media(reduced_motion="reduce")
    sign_in(at="/exports?file=pdf")
    found = {}
    page.get_by_role("button", name="Create PDF").press("Enter")
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible()
    found["PDF"] = in_both_schemes(page)
    page.goto("/exports?employee=nobody")
    page.get_by_role("button", name="Download CSV").press("Enter")
    expect(page.get_by_label("Employee").first).to_be_focused()
    found["refused"] = in_both_schemes(page)
    page.goto("/tokens")
    page.get_by_role("button", name="Create token").press("Enter")
    submitted(Label="Vienna")(page.get_by_role("dialog"))
    expect(page.get_by_role("dialog").locator("pre")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_be_visible()
    found["not copied"] = in_both_schemes(page, "[role=dialog]")
    page.get_by_role("alert").get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/account")
    page.get_by_role("button", name="Set up").press("Enter")
    page.get_by_label("Current code").fill("1")
    page.get_by_label("Current code").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    found["second factor"] = in_both_schemes(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("button", name="Open navigation").press("Enter")
    expect(page.get_by_role("link", name="Exports")).to_be_visible()
    found["navigation"] = in_both_schemes(page)
    page.get_by_role("link", name="Exports").press("Enter")
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    assert [(where, *each) for where, each in found.items() if each] == []
