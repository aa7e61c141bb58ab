"""Invitations, resets and sessions, as those see them who send a link and those who open it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from server.tests.dashboard.conftest import PASSWORD, ThreadedServer
from server.tests.dashboard.test_accessibility import violations

from wfhserver.accounts.passwords import hash_password
from wfhserver.models.users import Role
from wfhserver.testing import NOW

SignIn = Callable[..., None]
NEW = "a new battery of horses"


@pytest.fixture
def other(browser: Browser, address: str) -> Iterator[Page]:
    """A page in the browser of somebody else."""
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    yield page
    context.close()


def sign_in_as(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def set_password(page: Page, link: str, password: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("heading", name="Password set")).to_be_visible()


def link_in(page: Page) -> str:
    link = page.get_by_role("dialog").locator("pre").text_content() or ""
    page.get_by_role("button", name="I have saved it").click()
    assert re.search(r"/set-password#[\w-]{43}$", link)
    return link


def test_a_manager_is_invited_then_resets_and_the_sessions_are_ended(
    page: Page, other: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Sales', now())")
    sign_in(at="/users")
    page.get_by_role("button", name="Invite user").click()
    page.get_by_label("Username").fill("mia")
    page.get_by_role("combobox", name="Teams").click()
    page.get_by_role("option", name="Sales").click()
    page.get_by_label("Username").click()
    page.get_by_role("button", name="Invite", exact=True).click()
    invitation = link_in(page)
    row = page.get_by_role("row").filter(has_text="mia")
    expect(row).to_contain_text("Sales")
    expect(row).to_contain_text("invited until")

    set_password(other, invitation, PASSWORD)
    assert violations(other) == []
    sign_in_as(other, "mia", PASSWORD)
    expect(other.get_by_role("heading", name="Now")).to_be_visible()
    other.goto(invitation)
    expect(other.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(other.get_by_text("has been used already")).to_be_visible()

    page.reload()
    expect(row).to_contain_text("enabled")
    page.get_by_role("button", name="More for mia").click()
    page.get_by_role("menuitem", name="Reset password").click()
    page.get_by_role("button", name="Create link").click()
    reset = link_in(page)
    set_password(other, reset, NEW)
    other.goto("/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_as(other, "mia", NEW)
    expect(other.get_by_role("heading", name="Now")).to_be_visible()

    page.get_by_role("button", name="More for mia").click()
    page.get_by_role("menuitem", name="Sessions").click()
    expect(page.get_by_role("dialog").get_by_text(re.compile("Chrome on Linux"))).to_be_visible()
    assert violations(page, "[role=dialog]") == []
    page.get_by_role("button", name="End all sessions").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    other.goto("/account")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_user_changes_the_password_and_the_other_session_ends(
    page: Page, other: Page, sign_in_by_hand: SignIn
) -> None:
    sign_in_by_hand(at="/account")
    sign_in_as(other, "anna", PASSWORD)
    expect(other.get_by_role("heading", name="Now")).to_be_visible()
    page.get_by_label("Current password").fill("wrong horse battery")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("The current password is wrong")

    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()

    expect(page.get_by_text("Password changed. 1 other session ended.")).to_be_visible()
    other.goto("/account")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_user_ends_a_session_in_another_browser(
    page: Page, other: Page, server: ThreadedServer
) -> None:
    server.add_user("anna", Role.ADMIN, password_hash=hash_password(PASSWORD))
    for each in (other, page):
        sign_in_as(each, "anna", PASSWORD)
        expect(each.get_by_role("heading", name="Now")).to_be_visible()
    page.goto("/account")
    sessions = page.get_by_role("table", name="Sessions").locator("tbody tr")
    expect(sessions).to_have_count(2)
    expect(sessions.filter(has_text="this one")).to_have_count(1)

    page.get_by_role("button", name="End the session of Chrome on Linux").click()

    expect(sessions).to_have_count(1)
    other.goto("/account")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
