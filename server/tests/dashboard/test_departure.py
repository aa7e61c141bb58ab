"""Somebody leaves the company, in one dialog; the undo, and the link to their own data."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer
from server.tests.dashboard.test_accessibility import in_both_schemes

SignIn = Callable[..., None]


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    small_company(server)
    return server


def open_alice(page: Page, company: ThreadedServer, sign_in: SignIn) -> None:
    number = company.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    sign_in(at=f"/employees/{number}")


def revoked(company: ThreadedServer) -> int:
    return int(
        company.value(
            "SELECT count(*) FROM agents AS a JOIN employees AS e USING (employee_id)"
            " WHERE e.username = 'alice' AND a.revoked_at IS NOT NULL"
        )
    )


def test_an_employee_leaves_and_the_undo_brings_everything_back(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    open_alice(page, company, sign_in)
    page.get_by_role("button", name="Left the company").click()
    dialog = page.get_by_role("dialog", name="alice left the company")
    expect(dialog).to_contain_text("All devices are revoked")
    assert in_both_schemes(page, "[role=dialog]") == []
    dialog.get_by_label("Keep it under a legal hold").check()
    dialog.get_by_label("Reason").fill("Case 7")
    dialog.get_by_label("Days of access to My data").fill("60")
    dialog.get_by_role("button", name="Left the company").click()
    panel = page.get_by_role("region", name="Left the company")
    expect(panel).to_contain_text("anna recorded this")
    expect(panel).to_contain_text("The employee has access to My data until")
    assert revoked(company) > 0

    panel.get_by_role("button", name="Create link to My data").click()
    secret = page.get_by_role("dialog", name="Link to My data")
    link = secret.locator("pre").inner_text()
    secret.get_by_role("button", name="I have saved it").click()
    theirs = page.context.new_page()
    theirs.goto(link)
    expect(theirs.get_by_role("heading", name="Data about alice")).to_be_visible()
    theirs.close()

    panel.get_by_role("button", name="Undo").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(panel).to_have_count(0)
    expect(page.get_by_role("button", name="Left the company")).to_be_visible()
    assert revoked(company) == 0


def test_an_employee_leaves_and_everything_is_erased_at_once(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    open_alice(page, company, sign_in)
    page.get_by_role("button", name="Left the company").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Erase it now").check()
    expect(dialog).to_contain_text("a hash of each username stays")
    expect(dialog.get_by_label("Days of access to My data")).to_have_count(0)
    dialog.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Employees", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="alice")).to_have_count(0)
    assert company.value("SELECT count(*) FROM employees WHERE username = 'alice'") == 0

    name = f"An erased employee (b{company.value('SELECT block_id FROM erased_blocks')})"
    page.goto("/agents")
    blocked = page.get_by_role("table", name="Blocked devices and employees")
    expect(blocked).to_contain_text(name)
    expect(blocked).not_to_contain_text("alice")
    page.get_by_role("button", name=f"Unblock all devices of {name}").click()
    expect(blocked).to_have_count(0)
