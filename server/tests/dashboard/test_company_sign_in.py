"""Signing in with the company's account, as the sign-in page offers it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from server.tests.dashboard.conftest import ThreadedServer
from server.tests.running_provider import Provider

from wfhserver.testing.browser import serving


@pytest.fixture
def company_page(browser: Browser, server: ThreadedServer, provider: Provider) -> Iterator[Page]:
    """A page of a server that knows the provider, in a browser that takes its certificate."""

    def settings_at(address: str) -> dict[str, object]:
        return provider.settings(public_url=address, oidc_name="Example Ltd")

    with serving(server, settings_at) as address:
        context = browser.new_context(base_url=address, locale="en-GB", ignore_https_errors=True)
        yield context.new_page()
        context.close()


def test_the_companys_account_opens_the_page_that_was_asked_for_or_says_why_not(
    company_page: Page, server: ThreadedServer, provider: Provider
) -> None:
    page = company_page
    page.goto("/logs?place=Graz")
    page.get_by_role("link", name="Sign in with Example Ltd").click()

    jane = page.get_by_role("button", name="Signed in as jane")
    expect(jane).to_be_visible()
    expect(page).to_have_url(re.compile(r"/logs\?place=Graz$"))
    jane.click()
    page.get_by_role("menuitem", name="Sign out").click()
    provider.says(claims={"sub": "7", "preferred_username": "john", "groups": ["everybody"]})
    page.get_by_role("link", name="Sign in with Example Ltd").click()
    expect(page.get_by_role("alert")).to_contain_text("not in a group")
    assert server.rows("SELECT username FROM users") == [("jane",)]


def test_without_a_provider_there_is_no_button(page: Page) -> None:
    page.goto("/sign-in")
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in with")).to_have_count(0)


def test_a_refusal_of_the_provider_is_a_sentence(page: Page) -> None:
    page.goto("/sign-in?refused=not_allowed")

    expect(page.get_by_role("alert")).to_contain_text("not in a group")
