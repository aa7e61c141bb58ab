"""A page of the dashboard with a user signed in: for screenshots and measurements."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Browser, Page

from wfhserver.testing import TestServer


def signed_in(browser: Browser, address: str, server: TestServer, **options: Any) -> Page:
    """Return a page of an administrator made for it; *options* are those of a context."""
    context = browser.new_context(base_url=address, locale="en-GB", **options)
    # Playwright's own event loop is in this thread.
    with ThreadPoolExecutor(1) as pool:
        cookie = pool.submit(server.signed_in, username="anna.berger").result()["Cookie"]
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    return context.new_page()
