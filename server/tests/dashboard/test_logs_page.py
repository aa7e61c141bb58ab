"""The page "Logs": filters, pages, and one log with its screenshot."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
from playwright.sync_api import Browser, Page, expect
from server.tests.dashboard.company import at_work, screen, send_log, small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.testing import NOW, log_request

SignIn = Callable[..., None]


def expect_rows(page: Page, *names: str) -> None:
    expect(page.locator("main [data-row]")).to_have_text([*names])


def test_filters_narrow_the_list_and_are_in_the_address(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(at="/logs")
    expect_rows(page, "bob", "alice", "alice")

    page.get_by_role("combobox", name="Employee").fill("ali")
    page.get_by_role("option", name="alice").click()
    expect(page.locator("main [data-row]")).to_have_count(2)
    page.get_by_label("Days").click()
    page.get_by_role("button", name="20 November 2026").click()
    page.get_by_role("button", name="20 November 2026").click()
    expect(page.locator("main [data-row]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Location", exact=True).fill("austria")
    page.get_by_role("option", name="Graz, Austria").click()

    expect(page).to_have_url(
        re.compile(
            r"/logs\?employee=alice&from=2026-11-20&to=2026-11-20&place=is(:|%3A)AT(/|%2F)Graz$"
        )
    )
    page.reload()
    expect_rows(page, "alice")


def test_a_scrolled_list_shows_its_day_and_what_it_is_narrowed_to(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(at="/logs?employee=alice&place=is:AT")
    expect(page.get_by_text("2 results")).to_be_visible()
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 240})
        page.locator("main [data-row]").first.evaluate("row => row.scrollIntoView()")

        head = page.get_by_role("region", name="Monday 23 November").get_by_role("heading")
        expect(head).to_be_in_viewport(ratio=1)
        about = page.get_by_text("alice · Austria").first
        expect(about).to_be_in_viewport(ratio=1)
        # Not behind the header of a phone.
        bounds = head.bounding_box()
        assert bounds is not None
        assert bounds["y"] >= (56 if width == 360 else 0)


def test_the_calendar_is_that_of_the_reader(
    browser: Browser, server: ThreadedServer, address: str
) -> None:
    name, _, value = server.signed_in()["Cookie"].partition("=")
    for locale, first_day, month in (
        ("en-US", "Sun", "November 2026"),
        ("de-AT", "Mo", "November 2026"),
        ("fr-FR", "lun.", "novembre 2026"),
    ):
        with browser.new_context(base_url=address, locale=locale) as context:
            context.add_cookies([{"name": name, "value": value, "url": address}])
            page = context.new_page()
            page.clock.set_fixed_time(NOW)
            page.goto("/logs")
            page.get_by_role("button", name="Days").click()
            calendar = page.get_by_role("dialog")
            expect(calendar.get_by_role("button", name=month, exact=True)).to_be_visible()
            expect(calendar.locator("thead th").first).to_have_text(first_day)
            expect(calendar.get_by_role("button", name="Last 14 days")).to_be_visible()


def test_a_place_is_chosen_by_the_name_of_its_country_and_can_be_left_out(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    dresden = '{"country": "DE", "city": "Dresden"}'
    server.execute(f"UPDATE employee_logs SET location = '{dresden}' WHERE workday = '2026-11-20'")
    sign_in(at="/logs")
    expect_rows(page, "bob", "alice", "alice")

    place = page.get_by_role("combobox", name="Location", exact=True)
    place.fill("germany")
    expect(page.get_by_role("option")).to_have_text(["Germany", "Dresden, Germany"])
    page.get_by_role("option", name="Germany", exact=True).click()
    expect_rows(page, "alice")
    expect(page.get_by_role("listitem").get_by_text("Dresden, Germany")).to_be_visible()
    page.get_by_role("combobox", name="Location is or is not").click()
    page.get_by_role("option", name="is not").click()
    expect(page.get_by_role("listitem").get_by_text("Graz, Austria")).to_be_visible()
    expect_rows(page, "alice")

    page.get_by_role("button", name="Anywhere", include_hidden=True).click()
    expect_rows(page, "bob", "alice", "alice")
    page.goto("/logs?place=is:FR")
    expect(page.get_by_role("heading", name="No logs match these filters")).to_be_visible()
    expect(place).to_have_value("France")
    page.get_by_role("button", name="Clear filters").click()
    expect_rows(page, "bob", "alice", "alice")


def test_missed_logs_are_listed_with_their_reason(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(at="/logs")
    page.get_by_text("Missed", exact=True).click()

    expect(page.get_by_text("Off or asleep.")).to_have_count(2)


def test_a_screenshot_is_opened_enlarged_and_left_for_the_next_one(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    sign_in(at="/logs")
    page.locator("main [data-row]").nth(1).focus()
    page.keyboard.press("Enter")

    log = page.get_by_role("dialog", name="Detailed log")
    screenshot = log.get_by_alt_text("Screenshot of the desktop")
    expect(screenshot).to_be_visible()
    assert screenshot.evaluate("image => image.naturalWidth") == 1600
    fits = screenshot.bounding_box() or {}
    page.keyboard.press("+")
    expect(log.get_by_text("150 %")).to_be_visible()
    assert (screenshot.bounding_box() or {})["width"] > 1.4 * fits["width"]
    expect(log.get_by_role("img", name=re.compile("^Map: Graz, Austria"))).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(log.get_by_text("Fri 20 Nov")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(log).to_have_count(0)
    assert "log=" not in page.url


def test_a_screenshot_whose_file_is_gone_is_reported(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    for file in server.files():
        if file.suffix == ".webp":
            file.unlink()
    sign_in(at="/logs?log=2026-11-23.1.1")
    agent = server.value("SELECT agent_id FROM agents WHERE hostname = 'laptop-7'")
    page.goto(f"/logs?log=2026-11-23.{agent}.1")

    expect(page.get_by_text("Could not show the screenshot")).to_be_visible()


def test_pages_follow_each_other_without_a_gap_or_a_repetition(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    token = at_work(server, "alice", "laptop-7")

    async def sixty(client: httpx.AsyncClient) -> None:
        for number in range(60):
            day = NOW - timedelta(days=number // 2)
            fields = {
                "slot": number % 2 + 1,
                "workday": day.date().isoformat(),
                "timestamp": (day - timedelta(hours=number % 2 + 1)).isoformat(),
            }
            answer = await client.post("/api/log", **log_request(token, **fields))
            assert answer.status_code == 201, answer.text

    server.run(sixty)
    sign_in(at="/logs")
    page.get_by_role("button", name="Load older logs").click()

    expect(page.locator("main [data-row]")).to_have_count(60)
    expect(page.get_by_role("button", name="Load older logs")).to_have_count(0)
    assert page.locator("main li time").count() == len(
        {each.get_attribute("datetime") for each in page.locator("main li time").all()}
    )


def test_what_an_agent_sends_is_text_and_never_runs(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    evil = '"><img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    token = at_work(
        server,
        f"eve{evil}",
        f"host{evil}",
        agent_version="<script>window.broken=1</script>",
        health={"problem": evil, "failing": {evil: evil}},
        extra={"plugin": {evil: evil}},
    )
    send_log(
        server,
        token,
        screen(evil),
        username=f"eve{evil}",
        hostname=f"host{evil}",
        location={"country": evil, "city": evil, "latitude": 1, "longitude": 1, "source": evil},
        screenshot={"status": "taken", "note": evil},
        extra={"plugin": {evil: ["javascript:alert(1)", {evil: evil}]}},
    )
    server.execute(
        "INSERT INTO employee_missed_logs SELECT agent_id, '2026-11-20', 1, $1 FROM agents", evil
    )
    agent = server.value("SELECT agent_id FROM agents")
    employee = server.value("SELECT employee_id FROM employees")
    sign_in()

    for path in (
        "/",
        f"/employees/{employee}",
        f"/employees/{employee}?day=2026-11-20",
        "/logs?kind=any",
        f"/logs?log=2026-11-23.{agent}.1",
    ):
        page.goto(path)
        expect(page.get_by_text("<script>").first).to_be_attached()
        page.wait_for_load_state("networkidle")
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("window.broken") is None
        assert page.locator("main script, main img[src='x']").count() == 0
