"""Signing in with the company's account, as the sign-in page offers it."""

from playwright.sync_api import Page, expect


def test_without_a_provider_there_is_no_button(page: Page) -> None:
    page.goto("/sign-in")
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)


def test_a_refusal_of_the_provider_is_a_sentence(page: Page) -> None:
    page.goto("/sign-in?refused=not_allowed")

    expect(page.get_by_role("alert")).to_contain_text("in no group")
