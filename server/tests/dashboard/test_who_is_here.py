"""The page "Now", and from there to a person's day."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.models.directory import Profile
from wfhserver.models.schedules import COMPANY, Shift, Week
from wfhserver.models.users import Role
from wfhserver.storage.postgres import directory, leave, schedules
from wfhserver.testing import NOW, StillClock, bearer, heartbeat_body

SignIn = Callable[..., None]


def names(page: Page) -> list[str]:
    return page.get_by_role("table").get_by_role("link").all_text_contents()


def test_everybody_is_found_with_state_and_logs(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in()

    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="alice"))
    expect(row).to_contain_text("Online")
    expect(row).to_contain_text("1 of 2")
    assert names(page) == ["alice", "bob", "dora", "carol"]
    expect(page.get_by_role("button", name="Online: 2")).to_be_visible()
    expect(page.get_by_role("button", name="Never seen: 1")).to_be_visible()


def test_a_person_counts_once_and_a_device_that_fell_silent_needs_attention(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    server.agent_token("alice", "old-laptop")
    server.execute(
        "UPDATE agents SET enrolled_at = '2026-10-20 08:00Z' WHERE hostname = 'old-laptop'"
    )
    sign_in()

    expect(page.get_by_text("4 employees, 5 devices")).to_be_visible()
    expect(page.get_by_role("button", name="Online: 2")).to_be_visible()
    expect(page.get_by_role("button", name="Never seen: 1")).to_be_visible()
    assert names(page) == ["alice", "laptop-7", "old-laptop", "bob", "dora", "carol"]
    page.get_by_role("button", name="Needs attention: 2").click()
    old = page.get_by_role("row").filter(has=page.get_by_role("link", name="old-laptop"))
    silence = (
        "No heartbeat since it was enrolled 23 working days ago. Ask the employee, or revoke the"
        " device."
    )
    expect(old.get_by_role("img", name=silence)).to_be_visible()


def test_words_find_a_device_and_a_click_leads_to_the_day(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in()
    # It comes a moment after the rows.
    expect(page.get_by_label("Name, device or team")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("LAPTOP-7")
    expect(page.get_by_text("1 employee", exact=True)).to_be_visible()
    page.get_by_role("link", name="alice").click()

    expect(page.get_by_role("heading", name="alice", level=1)).to_be_visible()
    expect(
        page.get_by_role("img", name=re.compile("^Online for 3 h 50 min; first heartbeat 08:30"))
    ).to_be_visible()
    expect(page.get_by_text("Not taken yet. The time is random.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name, device or team")).to_have_value("LAPTOP-7")


def test_mouse_and_keyboard_show_the_local_time_of_an_employee_elsewhere(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in()
    tooltip = page.get_by_role("tooltip")
    bob = page.get_by_role("link", name="bob")
    row = page.get_by_role("row").filter(has=bob)

    bob.focus()
    page.keyboard.press("Tab")
    expect(tooltip).to_contain_text("13:00:00 CET" + "12:00 in Lisbon (Europe/Lisbon)")
    expect(row.get_by_role("cell").nth(2)).to_contain_text("(12:00 in Lisbon (Europe/Lisbon))")
    page.keyboard.press("Tab")
    expect(tooltip).to_have_count(0)
    alice = page.get_by_role("row").filter(has=page.get_by_role("link", name="alice"))
    alice.locator("time:visible").hover()
    expect(tooltip).to_have_text(re.compile("13:00:00 CET$"))

    bob.click()
    label = "first heartbeat 08:30 (07:30 in Lisbon (Europe/Lisbon)), last 13:00 (12:00 in Lisbon"
    expect(page.get_by_role("img", name=label)).to_be_visible()
    opening = "Open log 1 of 12:40 (11:40 in Lisbon (Europe/Lisbon))"
    page.locator("figcaption time").last.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=opening)).to_be_focused()
    expect(tooltip).to_contain_text("11:40 in Lisbon (Europe/Lisbon)")
    page.keyboard.press("Enter")
    log = page.get_by_role("dialog", name="Detailed log")
    expect(log.get_by_text("Europe/Lisbon", exact=True)).to_be_visible()


def test_who_comes_on_is_seen_without_a_reload(
    page: Page, server: ThreadedServer, sign_in: SignIn, clock: StillClock
) -> None:
    small_company(server)
    page.clock.install(time=NOW)
    sign_in()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="eve"))
    expect(page.get_by_role("link", name="alice")).to_be_visible()
    assert row.count() == 0

    token = server.agent_token("eve", "laptop-11")
    clock.time += timedelta(seconds=10)
    server.request(
        "POST",
        "/api/heartbeat",
        json=heartbeat_body(username="eve", hostname="laptop-11"),
        headers=bearer(token),
    )
    page.clock.run_for(11_000)

    expect(row).to_contain_text("Online")


def test_a_manager_sees_their_own_team_and_no_audit(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(Role.MANAGER, "mara")
    expect(page.get_by_text("No employees yet")).to_be_visible()
    server.execute(
        "WITH team AS (INSERT INTO teams (name, created_at) VALUES ('Sales', now())"
        " RETURNING team_id),"
        " boss AS (INSERT INTO team_managers SELECT user_id, team_id FROM team, users)"
        " INSERT INTO team_members SELECT employee_id, team_id FROM team, employees"
        " WHERE username = 'bob'"
    )
    page.reload()

    expect(page.get_by_role("link", name="bob")).to_be_visible()
    assert names(page) == ["bob"]
    page.get_by_role("link", name="bob").click()
    expect(page.get_by_role("heading", name="bob", level=1)).to_be_visible()
    expect(page.get_by_text("Viewed by")).to_have_count(0)
    alice = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    page.goto(f"/employees/{alice}")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("alice")).to_have_count(0)


def test_a_day_names_the_reason_of_each_missing_log(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in()
    page.get_by_role("link", name="dora").click()
    page.get_by_role("button", name="Friday 20 November").click()

    expect(page.get_by_text("No log. Off or asleep.")).to_have_count(2)


def test_a_weekend_and_a_day_off_are_no_failures(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    token = server.agent_token("eve", "laptop-11")
    server.execute("UPDATE agents SET enrolled_at = '2026-11-02'")
    off = heartbeat_body(username="eve", hostname="laptop-11", health={"day_off": "2026-11-23"})
    server.request("POST", "/api/heartbeat", json=off, headers=bearer(token))
    sign_in()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="eve"))
    expect(row).to_contain_text("Day off")

    page.get_by_role("link", name="eve").click()
    expect(page.get_by_text("Day off: no log is expected.")).to_have_count(2)
    page.get_by_role("button", name="Sunday 22 November: no log expected").click()
    expect(page.get_by_text("Weekend: no log is expected.")).to_have_count(2)
    page.get_by_role("button", name="Friday 20 November: nothing").click()
    expect(page.get_by_text("No log: the device sent nothing on this day.")).to_have_count(2)


def test_a_day_shows_who_viewed_it(page: Page, server: ThreadedServer, sign_in: SignIn) -> None:
    small_company(server)
    sign_in()
    page.get_by_role("link", name="alice").click()
    page.get_by_role("button", name=re.compile("^Open log 1")).click()
    expect(page.get_by_alt_text("Screenshot of the desktop")).to_be_visible()
    page.reload()

    views = page.get_by_role("region", name="Viewed by")
    expect(views).to_contain_text("anna viewed a screenshot")
    expect(views).to_contain_text("anna viewed a detailed log")


def test_a_day_that_is_not_kept_is_a_sentence(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in()
    employee = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    for path, words in {
        f"/employees/{employee}?day=2020-01-01": "2020-01-01 is outside the retention period",
        "/employees/987654": "Employee not found",
        "/employees/alice": "Page not found",
        "/logs?from=2026-11-23&to=2026-11-20": "The range begins on 2026-11-23",
        "/logs?employee=nobody": "Employee 'nobody' not found",
        "/logs?log=2026-11-23.9.1": "It may have been deleted",
    }.items():
        page.goto(path)
        expect(page.get_by_text(words).first).to_be_visible()


def held_back(page: Page, *patterns: str) -> list[Route]:
    """Return the requests of *page* that match, which wait from now on."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    for pattern in patterns:
        page.route(pattern, hold)
    return routes


@pytest.mark.parametrize("width", [1440, 1100, 700, 360])
def test_rows_are_there_before_the_program_and_stay_where_they_are(
    page: Page, server: ThreadedServer, sign_in: SignIn, width: int
) -> None:
    small_company(server)
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Support', now())")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(at="/account")
    paths: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    held = held_back(page, "**/assets/program-*.js")
    page.goto("/", wait_until="commit")
    alice = page.get_by_role("link", name="alice")
    alice.focus()
    assert names(page) == ["alice", "bob", "dora", "carol"]
    assert Axe().run(page, context="#first").response["violations"] == []
    before = alice.bounding_box()
    held[0].continue_()

    expect(page.locator("#first")).to_have_count(0)
    expect(page.get_by_label("Name, device or team")).to_be_visible()
    assert alice.bounding_box() == pytest.approx(before, abs=0.5)
    expect(alice).to_be_focused()
    assert [paths.count(f"/api/{name}") for name in ("session", "presence", "site")] == [1, 1, 1]
    assert page.evaluate("window.earlyAnswers") is None


def test_the_shape_of_the_page_is_seen_until_the_server_has_answered(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(at="/account")
    held = held_back(page, "**/api/presence", "**/assets/program-*.js")
    with page.expect_request("**/assets/program-*.js"), page.expect_request("**/api/presence"):
        page.goto("/", wait_until="commit")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    for route in held:
        route.continue_()

    expect(page.get_by_role("link", name="alice")).to_be_visible()
    expect(page.locator("#first")).to_have_count(0)


def test_who_should_be_here_and_is_not_is_one_click_away(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    # carol was never seen, dora was seen yesterday; NOW is a Monday at noon.
    small_company(server)
    office: Week = (*[(Shift(9 * 60, 17 * 60),)] * 5, (), ())
    server.sql(schedules.add, COMPANY, NOW.date(), office)
    numbers = server.sql(directory.add, ["erik", "frieda"], NOW)
    server.sql(directory.write, {numbers["erik"]: Profile(display_name="Erik Ebner")})
    server.sql(leave.add, [(numbers["frieda"], NOW.date(), NOW.date())])
    server.execute(
        "UPDATE agent_presence SET last_seen = $1 WHERE agent_id ="
        " (SELECT agent_id FROM agents JOIN employees USING (employee_id) WHERE username = 'bob')",
        NOW - timedelta(hours=2),
    )
    sign_in()

    page.get_by_role("button", name="Expected: 2").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Expected")
    assert names(page) == ["bob", "dora"]
    page.get_by_role("button", name="On leave: 1").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("On leave")
    assert names(page) == ["frieda"]
    page.get_by_role("button", name="On leave: 1").click()
    erik = page.get_by_role("row").filter(has=page.get_by_role("link", name="Erik Ebner"))
    expect(erik).to_contain_text("No device yet")
    expect(erik.get_by_role("img", name="No device yet. Create an enrollment")).to_be_visible()
    for size in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(page.get_by_role("button", name="Expected: 2")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
