"""The dashboard over a house, in Debian's Chromium: for pictures and for figures of pages."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from shutil import which
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from wfhserver.app import create_app
from wfhserver.settings import Settings
from wfhserver.testing import TestServer

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def served(house: TestServer) -> Iterator[str]:
    """Serve *house* at the time of its clock; yield the address."""
    app = create_app(Settings(**house.settings), clock=house.clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=[*ARGUMENTS])
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, house: TestServer, **options: Any) -> Page:
    """Return a page of an administrator made for it; *options* are those of a context."""
    context = browser.new_context(base_url=address, locale="en-GB", **options)
    # Playwright's own event loop is in this thread.
    with ThreadPoolExecutor(1) as pool:
        cookie = pool.submit(house.signed_in, username="anna.berger").result()["Cookie"]
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    return context.new_page()
