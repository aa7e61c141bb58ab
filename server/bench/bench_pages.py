"""What a person waits for on the page "Now" with ten thousand people, in Chromium."""

import asyncio
from statistics import median
from typing import Any

import asyncpg
from company import fill
from figures import Figure
from playwright.sync_api import Browser, CDPSession, Page
from postgres import postgres
from served_page import signed_in

from wfhserver.sample.company import Plan
from wfhserver.testing import TestServer
from wfhserver.testing.browser import chromium, serving

PEOPLE = 10_000
ROUNDS = 5
_FIRST_LOAD_KB = 250.0
_INTERACTIVE_SECONDS = 1.5
# Like Lighthouse's phone: slow 4G, and a processor four times slower than this one.
_PHONE_SECONDS = 4.0
_PHONE_SLOWER = 4
_SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
_KEY_MS = 100.0
_KEYS = "99"
# The moment of the first frame with a row in it, since the navigation began.
_WATCH = """
const look = () => document.querySelector('[data-index="0"] a')
  ? requestAnimationFrame(() => { window.rowsAt = performance.now() })
  : requestAnimationFrame(look)
look()
"""
_ROWS_AT = """() => new Promise((resolve) => {
  const look = () => window.rowsAt ? resolve(window.rowsAt) : requestAnimationFrame(look)
  look()
})"""
_SCRIPTS = """() => performance.getEntriesByType("resource")
  .filter((each) => new URL(each.name).pathname.endsWith(".js"))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
# From the key to the frame in which the table shows what it found.
_KEY = """(key) => new Promise((resolve) => {
  const field = document.querySelector('input[type="search"]')
  const rows = () => document.querySelector('[role="table"]').getAttribute("aria-rowcount")
  const before = rows()
  const began = performance.now()
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set
  set.call(field, field.value + key)
  field.dispatchEvent(new Event("input", { bubbles: true }))
  const look = () => rows() !== before || performance.now() - began > 2000
    ? requestAnimationFrame(() => resolve(performance.now() - began))
    : requestAnimationFrame(look)
  look()
})"""


def figures() -> list[Figure]:
    """Return the figures of a page that is loaded with a cold cache, the median of several."""
    scripts, seconds, on_a_phone, keys = _measured()
    load = (scripts / 1000, _FIRST_LOAD_KB, "kB", "compressed JavaScript of Now, and its budget")
    now = (
        *(median(seconds), _INTERACTIVE_SECONDS, "s"),
        "from the navigation to the first row, and the promise",
    )
    phone = (
        *(median(on_a_phone), _PHONE_SECONDS, "s"),
        "the same for forty people on slow 4G, with a processor four times slower",
    )
    key = (max(keys), _KEY_MS, "ms", "from a key to the frame with the results, and the promise")
    rows = {"first_load": load, "now": now, "phone": phone, "key": key}
    return [
        Figure(f"pages.{name}", value, baseline, 1.0, unit, "lower", note)
        for name, (value, baseline, unit, note) in rows.items()
    ]


def _measured() -> tuple[int, list[float], list[float], list[float]]:
    """Return the bytes of the scripts, the seconds of each load, the milliseconds of each key.

    The second list of seconds is that of a phone.
    """
    with postgres() as server:
        server.sample(Plan())
        with serving(server) as address, chromium() as browser:
            page, session = _opened(browser, address, server)
            session.send("Network.emulateNetworkConditions", _SLOW_4G)
            session.send("Emulation.setCPUThrottlingRate", {"rate": _PHONE_SLOWER})
            on_a_phone = [_load(page) for _ in range(ROUNDS)]
    with postgres() as server:
        asyncio.run(_fill(server.url or ""))
        with serving(server) as address, chromium() as browser:
            page, _ = _opened(browser, address, server)
            seconds = [_load(page) for _ in range(ROUNDS)]
            scripts: int = page.evaluate(_SCRIPTS)
            page.wait_for_selector('input[type="search"]')
            keys = [page.evaluate(_KEY, key) for key in _KEYS]
    return scripts, seconds, on_a_phone, keys


def _opened(browser: Browser, address: str, server: TestServer) -> tuple[Page, CDPSession]:
    """Return a page that keeps nothing, and the way to the browser's own tools."""
    page = signed_in(browser, address, server)
    page.add_init_script(_WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return page, session


async def _fill(url: str) -> None:
    connection: Any = await asyncpg.connect(url)
    try:
        await fill(connection, people=PEOPLE, days=1)
    finally:
        await connection.close()


def _load(page: Page) -> float:
    page.goto("/")
    milliseconds: float = page.evaluate(_ROWS_AT)
    return milliseconds / 1000
