"""What employees see when they open the link that their agent has asked for."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import at_work, screen, send_log
from server.tests.dashboard.conftest import ThreadedServer
from server.tests.dashboard.test_accessibility import violations

from wfhserver.testing import StillClock, bearer

NOTICE = {"version": "1", "required": False, "shown_at": "2026-11-20T08:00:00Z"}


@pytest.fixture
def link(server: ThreadedServer) -> str:
    """A link for alice, who works with bob; a manager has viewed her day."""
    alice = at_work(server, "alice", "laptop-7", health={"notice": NOTICE})
    report = {"status": "taken", "hidden_windows": 2, "black_monitors": 1, "notified": True}
    image = screen("Offer for the hospital")
    send_log(server, alice, image, timestamp="2026-11-23T09:40:12Z", screenshot=report)
    bob = at_work(server, "bob", "laptop-8")
    send_log(server, bob, screen("Payroll"), username="bob", hostname="laptop-8")
    number = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    viewed = server.request(
        "GET",
        f"/api/employees/{number}/days/2026-11-23",
        params={"reason": "Absence to be settled"},
        headers=server.signed_in(username="berta"),
    )
    assert viewed.status_code == 200
    answer = server.request("POST", "/api/my-data-link", headers=bearer(alice))
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url


def test_the_link_shows_what_is_recorded_and_who_viewed_it(
    page: Page, server: ThreadedServer, link: str
) -> None:
    page.goto(link)

    expect(page.get_by_role("heading", name="Data about alice")).to_be_visible()
    assert "#" not in page.url
    views = page.get_by_role("region", name="Viewed by")
    expect(views).to_contain_text("berta viewed a day")
    expect(views).to_contain_text("Absence to be settled")
    activity = page.get_by_role("region", name="Device activity")
    expect(activity).to_contain_text("This is no record of working time.")
    expect(activity.get_by_role("table", name="Device activity by day")).to_be_visible()
    machine = page.get_by_role("region", name="laptop-7")
    expect(machine).to_contain_text("not acknowledged shown Fri 20 Nov, 09:00")
    expect(machine).to_contain_text("2 windows hidden")
    page.get_by_role("button", name="Open log 1").click()
    log = page.get_by_role("dialog")
    expect(log.get_by_alt_text("Screenshot of the desktop")).to_be_visible()
    expect(log).to_contain_text("192.168.1.20")
    expect(log).to_contain_text("203.0.113.7")
    expect(log).to_contain_text("Graz")
    expect(log).to_contain_text("1 showed only black")
    expect(log).to_contain_text("By a notification")
    page.keyboard.press("Escape")
    expect(page.locator("body")).not_to_contain_text("bob")
    expect(page.get_by_role("navigation", name="Dashboard")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Data about alice")).to_be_visible()
    opened = server.rows("SELECT actor FROM audit WHERE action = 'my_data.open'")
    number = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    assert opened == [(f"employee:{number}",)]


def test_a_link_that_was_used_opens_nothing_and_says_what_to_do(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Data about alice")).to_be_visible()
    page.context.clear_cookies()
    page.goto("about:blank")
    page.goto(link)

    expect(page.get_by_role("heading", name="This page has closed")).to_be_visible()
    expect(page.get_by_text("This link has already been used")).to_contain_text("wfhagent my-data")


def test_a_link_that_came_too_late_says_so(page: Page, link: str, clock: StillClock) -> None:
    clock.time += timedelta(minutes=6)
    page.goto(link)

    expect(page.get_by_text("This link has expired")).to_contain_text("wfhagent my-data")


def test_other_peoples_data_cannot_be_reached(
    page: Page, server: ThreadedServer, link: str
) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Data about alice")).to_be_visible()
    agent = server.value("SELECT agent_id FROM agents WHERE hostname = 'laptop-8'")
    log = f"2026-11-23.{agent}.1"

    own = "/api/my-data/logs"
    for path in (f"{own}/{log}", f"{own}/{log}/screenshot", f"{own}/{log}/thumbnail"):
        assert page.request.get(path).status == 404, path
    for path in ("/api/logs", f"/api/logs/{log}/screenshot", "/api/employees", "/api/presence"):
        assert page.request.get(path).status == 401, path
    page.goto("/logs")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_employees_can_download_their_data(page: Page, link: str) -> None:
    page.goto(link)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download my data").click()

    content = Path(started.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("employee.json"))["username"] == "alice"
        assert len(json.loads(archive.read("logs.json"))) == 1
        assert any(name.startswith("screenshots/2026-11-23/") for name in archive.namelist())


def test_who_closes_the_page_has_ended_the_session(
    page: Page, server: ThreadedServer, link: str
) -> None:
    page.goto(link)
    page.get_by_role("button", name="Close", exact=True).click()

    expect(page.get_by_role("heading", name="This page has closed")).to_be_visible()
    assert server.value("SELECT count(*) FROM my_sessions") == 0
    page.reload()
    expect(page.get_by_role("heading", name="This page has closed")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_has_no_violation(page: Page, link: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto(link)
    expect(page.get_by_role("heading", name="Data about alice")).to_be_visible()

    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = violations(page)
    assert found == {"light": [], "dark": []}
