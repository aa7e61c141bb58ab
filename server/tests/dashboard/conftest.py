"""Fixtures: Debian's Chromium before the real server over a real PostgreSQL."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from server.tests.conftest import _EMPTY

from wfhserver.accounts.passwords import hash_password
from wfhserver.app import create_app
from wfhserver.models.users import Role
from wfhserver.settings import Settings
from wfhserver.testing import NOW, StillClock, TestServer

PASSWORD = "correct horse battery staple"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ThreadedHouse(TestServer):
    """A house whose work runs in a thread of its own: Playwright's event loop is in the test's."""

    def sql(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return _in_thread(super().sql, work, *arguments, **named)

    def run(self, scenario: Callable[..., Any], **settings: Any) -> Any:
        return _in_thread(super().run, scenario, **settings)


def _in_thread(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments, **named).result()


@pytest.fixture
def database(shared_database: str) -> str:
    ThreadedHouse(Path(), StillClock(), shared_database).execute(_EMPTY)
    return shared_database


@pytest.fixture
def house(tmp_path: Path, clock: StillClock, database: str) -> ThreadedHouse:
    return ThreadedHouse(tmp_path, clock, database)


@pytest.fixture(scope="module")
def browser(shared_database: str) -> Iterator[Browser]:
    # On a busy machine a page takes its time.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=[*_ARGUMENTS])
        yield browser
        browser.close()


@contextmanager
def serving(
    house: ThreadedHouse, settings_at: Callable[[str], dict[str, Any]] = lambda _: {}
) -> Iterator[str]:
    """Serve *house* at the time of its clock; yield the address, on which settings may depend."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        chosen = Settings(**house.settings, **settings_at(address))
        app = create_app(chosen, clock=house.clock)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield address
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(house: ThreadedHouse) -> Iterator[str]:
    """The address of a server that stands on *house*."""
    with serving(house) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page at the time of the house. Whatever the browser complains of fails the test."""
    context = browser.new_context(
        base_url=address, locale="en-GB", timezone_id="Europe/Vienna", accept_downloads=True
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _is_bad(said) else None)
    yield page
    context.close()
    assert complaints == []


def _is_bad(said: Any) -> bool:
    # Chromium calls every answer of 400 and more an error, and React a part that does not come.
    is_known = said.text.startswith(("Failed to load resource", "MissingPartError"))
    return said.type in ("error", "warning") and not is_known


@pytest.fixture
def sign_in(page: Page, house: ThreadedHouse, address: str) -> Callable[..., None]:
    """Open a page as a new user who has signed in already."""

    def enter(role: Role = Role.ADMIN, username: str = "anna", at: str = "/") -> None:
        name, _, value = house.signed_in(role, username)["Cookie"].partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
        page.goto(at)
        page.get_by_role("navigation", name="Dashboard").wait_for(state="attached")

    return enter


@pytest.fixture
def sign_in_by_hand(page: Page, house: ThreadedHouse) -> Callable[..., None]:
    """Sign in as a new user, by the page that people use."""

    def enter(role: Role = Role.ADMIN, username: str = "anna", at: str = "/") -> None:
        house.add_user(username, role, password_hash=hash_password(PASSWORD))
        page.goto(at)
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("navigation", name="Dashboard").wait_for(state="attached")

    return enter
