"""What the dashboard does while the server or the network is away."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.testing import NOW

SignIn = Callable[..., None]
AWAY = "The server cannot be reached"


def refuse(route: Route) -> None:
    route.abort("connectionrefused")


def test_what_was_canceled_without_a_network_is_not_done_later(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/tokens")
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Label").fill("Vienna office")
    page.context.set_offline(True)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(AWAY)
    page.get_by_role("button", name="Cancel").click()

    with page.expect_response("**/api/enrolment-tokens"):
        page.context.set_offline(False)
        page.get_by_role("link", name="Teams").click()
        page.get_by_role("link", name="Enrollment tokens").click()
        page.reload()

    expect(page.get_by_role("heading", name="No enrollment tokens yet")).to_be_visible()
    assert server.value("SELECT count(*) FROM enrollment_tokens") == 0


def test_lists_say_that_the_server_cannot_be_reached(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    small_company(server)
    sign_in(at="/account")
    page.route("**/api/**", refuse)

    for name in ("Devices", "Logs", "Audit log", "Users"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("alert").first).to_contain_text(AWAY)
    page.unroute_all()
    # By itself, or by the button.
    expect(page.get_by_role("table", name="Users")).to_be_visible()


def test_a_page_whose_part_does_not_come_says_so_within_the_dashboard(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(at="/account")
    for address in ("**/assets/audit-*", "**/healthz"):
        page.route(address, refuse)
    page.get_by_role("link", name="Audit log").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This page could not be loaded")
    expect(page.get_by_role("navigation", name="Dashboard")).to_be_visible()
    page.get_by_role("button", name="Retry").click()
    expect(alert).to_contain_text("This page could not be loaded")
    page.get_by_role("link", name="Teams").click()
    expect(page.get_by_role("heading", name="Teams", level=1)).to_be_visible()

    page.get_by_role("link", name="Audit log").click()
    expect(alert).to_contain_text("This page could not be loaded")
    page.unroute_all()
    # It comes back by itself, which may take the button away while somebody clicks it.
    expect(page.get_by_role("region", name="Entries")).to_be_visible()
    expect(alert).to_have_count(0)


def test_a_part_that_never_comes_reloads_the_page_once(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/account")
    page.route("**/assets/audit-*", refuse)
    page.clock.install(time=NOW)
    with page.expect_event("load"):
        page.get_by_role("link", name="Audit log").click()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    expect(page.get_by_role("alert")).to_contain_text("has a newer version of the dashboard")
    page.clock.run_for(60_000)
    expect(page.get_by_role("alert")).to_contain_text("has a newer version of the dashboard")
    assert loads == []
