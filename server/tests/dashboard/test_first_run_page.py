"""From an empty server to the first administrator and the checklist, in the browser alone."""

from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import PASSWORD, ThreadedServer

from wfhserver.accounts.setup_code import new_code


def test_an_empty_server_leads_to_its_first_administrator_and_the_checklist(
    page: Page, server: ThreadedServer
) -> None:
    code = server.sql(new_code, "cli:root", server.clock.now()).code
    page.goto("/")
    expect(page.get_by_text("wfhserver setup-code")).to_be_visible()
    page.get_by_role("link", name="Set up this server").click()
    page.get_by_label("Setup code").fill("AAAA-BBBB-CCCC-DDDD")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create administrator").click()
    expect(page.get_by_role("alert")).to_contain_text("The setup code is wrong")

    page.get_by_label("Setup code").fill(code)
    page.get_by_role("button", name="Create administrator").click()

    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()
    expect(page.get_by_role("heading", name="8 steps left")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Add devices").click()
    expect(page.get_by_role("heading", name="Add devices")).to_be_visible()
    server.enrollment_token()
    page.goto("/")
    page.get_by_role("link", name="Getting started: 1 of 8").click()
    expect(page.get_by_role("heading", name="7 steps left")).to_be_visible()
    page.get_by_role("button", name="Dismiss GeoIP database").click()
    expect(page.get_by_role("button", name="Show GeoIP database again")).to_be_visible()
    page.get_by_role("button", name="Dismiss all").click()
    expect(page.get_by_role("heading", name="Nothing left to do")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="No employees yet")).to_be_visible()
    expect(page.get_by_role("link", name="Getting started")).to_have_count(0)

    page.goto("/setup")
    expect(page.get_by_role("heading", name="This server is set up")).to_be_visible()
