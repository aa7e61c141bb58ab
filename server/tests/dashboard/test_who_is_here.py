"""The page "Now", and from there to a person's day."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedHouse

from wfhserver.models.users import Role
from wfhserver.testing import NOW, StillClock, bearer, beat

SignIn = Callable[..., None]


def names(page: Page) -> list[str]:
    return page.get_by_role("table").get_by_role("link").all_text_contents()


def test_everybody_is_found_with_state_and_logs(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in()

    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="alice"))
    expect(row).to_contain_text("Online")
    expect(row).to_contain_text("1 of 2")
    assert names(page) == ["alice", "bob", "dora", "carol"]
    expect(page.get_by_role("button", name="Online: 2")).to_be_visible()
    expect(page.get_by_role("button", name="Never seen: 1")).to_be_visible()


def test_a_person_counts_once_and_a_device_that_fell_silent_needs_attention(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    house.agent_token("alice", "old-laptop")
    house.execute(
        "UPDATE agents SET enrolled_at = '2026-10-20 08:00Z' WHERE hostname = 'old-laptop'"
    )
    sign_in()

    expect(page.get_by_text("4 employees, 5 devices")).to_be_visible()
    expect(page.get_by_role("button", name="Online: 2")).to_be_visible()
    expect(page.get_by_role("button", name="Never seen: 1")).to_be_visible()
    assert names(page) == ["alice", "laptop-7", "old-laptop", "bob", "dora", "carol"]
    page.get_by_role("button", name="Needs attention: 2").click()
    old = page.get_by_role("row").filter(has=page.get_by_role("link", name="old-laptop"))
    silence = "No heartbeat since it was enrolled 23 working days ago."
    expect(old.get_by_role("img", name=silence)).to_be_visible()


def test_words_find_a_device_and_a_click_leads_to_the_day(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in()
    expect(page.get_by_role("link", name="alice")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("LAPTOP-7")
    expect(page.get_by_text("1 employee", exact=True)).to_be_visible()
    page.get_by_role("link", name="alice").click()

    expect(page.get_by_role("heading", name="alice", level=1)).to_be_visible()
    expect(
        page.get_by_role("img", name=re.compile("^On for 3 h 50 min; first heartbeat 08:30"))
    ).to_be_visible()
    expect(page.get_by_text("Not taken yet. The time is random.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name, device or team")).to_have_value("LAPTOP-7")


def test_the_own_time_of_who_is_elsewhere_is_there_for_mouse_and_keyboard(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
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
    heard = "first heartbeat 08:30 (07:30 in Lisbon (Europe/Lisbon)), last 13:00 (12:00 in Lisbon"
    expect(page.get_by_role("img", name=heard)).to_be_visible()
    opening = "Open log 1 of 12:40 (11:40 in Lisbon (Europe/Lisbon))"
    page.locator("figcaption time").last.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=opening)).to_be_focused()
    expect(tooltip).to_contain_text("11:40 in Lisbon (Europe/Lisbon)")
    page.keyboard.press("Enter")
    log = page.get_by_role("dialog", name="Detailed log")
    expect(log.get_by_text("Europe/Lisbon", exact=True)).to_be_visible()


def test_who_comes_on_is_seen_without_a_reload(
    page: Page, house: ThreadedHouse, sign_in: SignIn, clock: StillClock
) -> None:
    small_company(house)
    page.clock.install(time=NOW)
    sign_in()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="eve"))
    expect(page.get_by_role("link", name="alice")).to_be_visible()
    assert row.count() == 0

    token = house.agent_token("eve", "laptop-11")
    clock.time += timedelta(seconds=10)
    house.ask(
        "POST",
        "/api/heartbeat",
        json=beat(username="eve", hostname="laptop-11"),
        headers=bearer(token),
    )
    page.clock.run_for(11_000)

    expect(row).to_contain_text("Online")


def test_a_manager_sees_the_own_team_and_no_audit(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in(Role.MANAGER, "mara")
    expect(page.get_by_text("No employees yet")).to_be_visible()
    house.execute(
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
    alice = house.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    page.goto(f"/employees/{alice}")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("alice")).to_have_count(0)


def test_a_day_names_the_reason_of_each_missing_log(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in()
    page.get_by_role("link", name="dora").click()
    page.get_by_role("button", name="Friday 20 November").click()

    expect(page.get_by_text("No log. Off or asleep.")).to_have_count(2)


def test_a_weekend_and_a_day_off_are_no_failures(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    token = house.agent_token("eve", "laptop-11")
    house.execute("UPDATE agents SET enrolled_at = '2026-11-02'")
    off = beat(username="eve", hostname="laptop-11", health={"day_off": "2026-11-23"})
    house.ask("POST", "/api/heartbeat", json=off, headers=bearer(token))
    sign_in()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="eve"))
    expect(row).to_contain_text("Day off")

    page.get_by_role("link", name="eve").click()
    expect(page.get_by_text("Day off: no log is expected.")).to_have_count(2)
    page.get_by_role("button", name="Sunday 22 November: no log expected").click()
    expect(page.get_by_text("Weekend: no log is expected.")).to_have_count(2)
    page.get_by_role("button", name="Friday 20 November: nothing").click()
    expect(page.get_by_text("No log: the device sent nothing on this day.")).to_have_count(2)


def test_who_looked_is_on_the_day(page: Page, house: ThreadedHouse, sign_in: SignIn) -> None:
    small_company(house)
    sign_in()
    page.get_by_role("link", name="alice").click()
    page.get_by_role("button", name=re.compile("^Open log 1")).click()
    expect(page.get_by_alt_text("Screenshot of the desktop")).to_be_visible()
    page.reload()

    looks = page.get_by_role("region", name="Viewed by")
    expect(looks).to_contain_text("anna viewed a screenshot")
    expect(looks).to_contain_text("anna viewed a detailed log")


def test_a_day_that_is_not_kept_is_a_sentence(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in()
    employee = house.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    for path, words in {
        f"/employees/{employee}?day=2020-01-01": "2020-01-01 is not kept",
        "/employees/987654": "There is no",
        "/employees/alice": "Page not found",
        "/logs?from=2026-11-23&to=2026-11-20": "The range begins on 2026-11-23",
        "/logs?employee=nobody": "There is no employee 'nobody'",
        "/logs?log=2026-11-23.9.1": "It may have been erased",
    }.items():
        page.goto(path)
        expect(page.get_by_text(words).first).to_be_visible()


def test_the_shape_of_the_page_is_seen_and_answers_are_asked_for_before_the_program_is_there(
    page: Page, house: ThreadedHouse, sign_in: SignIn
) -> None:
    small_company(house)
    sign_in(at="/account")
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.route("**/assets/index-*.js", hold)
    with page.expect_request("**/assets/index-*.js"):
        page.goto("/", wait_until="commit")
    page.wait_for_function("window.earlyAnswers?.size === 4")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    held[0].continue_()

    expect(page.get_by_role("link", name="alice")).to_be_visible()
    expect(page.locator("#first")).to_have_count(0)
    assert [asked.count(f"/api/{name}") for name in ("session", "site", "teams")] == [1, 1, 1]
    assert page.evaluate("window.earlyAnswers") is None
