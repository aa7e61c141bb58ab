"""Signing in as people do it: with the page, in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import PASSWORD, ThreadedServer

from wfhserver.accounts.passwords import hash_password
from wfhserver.models.users import Role
from wfhserver.testing import StillClock

SignIn = Callable[..., None]


def test_who_is_not_signed_in_comes_back_to_the_page_that_was_asked_for(
    page: Page, sign_in_by_hand: SignIn
) -> None:
    sign_in_by_hand(at="/logs?place=Graz&kind=missed&nonsense=7")

    expect(page).to_have_url(re.compile(r"/logs\?place=Graz&kind=missed$"))
    expect(page.get_by_role("combobox", name="Location", exact=True)).to_have_value("“Graz”")


def test_a_wrong_password_shows_an_error_and_the_form_stays(
    page: Page, server: ThreadedServer
) -> None:
    server.add_user("anna", Role.ADMIN, password_hash=hash_password(PASSWORD))
    page.goto("/")

    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password", exact=True).fill("wrong horse")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    expect(page.get_by_label("Name")).to_have_value("anna")


def test_an_address_of_another_site_is_not_where_signing_in_leads(
    page: Page, sign_in_by_hand: SignIn, address: str
) -> None:
    sign_in_by_hand(at="/sign-in?next=//evil.example/")

    assert page.url.startswith(address)


def test_a_session_that_ended_asks_to_sign_in_again_and_leads_back(
    page: Page, sign_in_by_hand: SignIn, clock: StillClock
) -> None:
    sign_in_by_hand(at="/account")
    clock.time += timedelta(days=2)

    page.get_by_role("button", name="Set up").click()

    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/account$"))


def test_signing_out_ends_the_session_at_the_server(
    page: Page, sign_in_by_hand: SignIn, server: ThreadedServer
) -> None:
    sign_in_by_hand()

    page.get_by_role("button", name="Signed in as anna").click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert server.value("SELECT count(*) FROM sessions") == 0


def test_a_second_factor_is_set_up_and_then_asked_for(
    page: Page, sign_in_by_hand: SignIn, clock: StillClock
) -> None:
    sign_in_by_hand(at="/account")
    page.get_by_role("button", name="Set up").click()
    secret = page.locator("code").first.text_content() or ""
    page.get_by_label("Current code from the app").fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    recovery = (page.get_by_role("dialog").locator("pre").text_content() or "").split()[0]
    page.get_by_role("button", name="I have saved it").click()
    page.reload()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    expect(page.get_by_role("button", name="Set up")).to_have_count(0)
    page.get_by_role("button", name="Signed in as anna").click()
    page.get_by_role("menuitem", name="Sign out").click()

    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("button", name="Signed in as anna")).to_be_visible()
