"""Fixtures: Debian's Chromium before the real server over a real PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from server.tests.mail_catcher import MailCatcher, mail_catcher

from wfhserver.accounts.passwords import hash_password
from wfhserver.models.users import Role
from wfhserver.testing import NOW, StillClock, TestServer
from wfhserver.testing.browser import chromium, serving

PASSWORD = "correct horse battery staple"


class ThreadedServer(TestServer):
    """A server that works in another thread: Playwright's event loop is in the test's."""

    def sql(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return in_thread(super().sql, work, *arguments, **named)

    def run(self, scenario: Callable[..., Any], **settings: Any) -> Any:
        return in_thread(super().run, scenario, **settings)


def in_thread(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Return what *work* returns, done in another thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments, **named).result()


@pytest.fixture
def database(shared_database: str, empty: Callable[[], None]) -> str:
    in_thread(empty)
    return shared_database


@pytest.fixture
def server(tmp_path: Path, clock: StillClock, database: str) -> ThreadedServer:
    return ThreadedServer(tmp_path, clock, database)


@pytest.fixture(scope="module")
def browser(empty: Callable[[], None]) -> Iterator[Browser]:
    # After the database is there: from here on Playwright's event loop runs in this thread.
    # On a busy machine a page takes its time.
    expect.set_options(timeout=30_000)
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(server: ThreadedServer) -> Iterator[str]:
    """The address at which *server* is served."""
    with serving(server) as address:
        yield address


@pytest.fixture
def catcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailCatcher]:
    """A mail server over TLS, which this process trusts."""
    with mail_catcher(tmp_path) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page at the time of the server. Whatever the browser complains of fails the test."""
    context = browser.new_context(
        base_url=address, locale="en-GB", timezone_id="Europe/Vienna", accept_downloads=True
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda message: complaints.append(message.text) if _is_bad(message) else None
    )
    yield page
    context.close()
    assert complaints == []


def _is_bad(message: Any) -> bool:
    # Chromium reports every answer of 400 and above as an error, and React a part that is missing.
    is_known = message.text.startswith(("Failed to load resource", "MissingPartError"))
    # On a slow machine, files are requested seconds before the program uses them.
    is_late = "was preloaded using link preload but not used" in message.text
    return message.type in ("error", "warning") and not is_known and not is_late


@pytest.fixture
def sign_in(page: Page, server: ThreadedServer, address: str) -> Callable[..., None]:
    """Open a page as a new user who has signed in already."""

    def enter(role: Role = Role.ADMIN, username: str = "anna", at: str = "/") -> None:
        name, _, value = server.signed_in(role, username)["Cookie"].partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
        page.goto(at)
        page.locator("nav[aria-label=Dashboard]").wait_for(state="attached")

    return enter


@pytest.fixture
def sign_in_by_hand(page: Page, server: ThreadedServer) -> Callable[..., None]:
    """Sign in as a new user, by the page that people use."""

    def enter(role: Role = Role.ADMIN, username: str = "anna", at: str = "/") -> None:
        server.add_user(username, role, password_hash=hash_password(PASSWORD))
        page.goto(at)
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator("nav[aria-label=Dashboard]").wait_for(state="attached")

    return enter
