"""The first row of *Now* with the sample company, compared with a list that the server renders."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from figures import Figure
from plain_list import PATH, ROUTES
from playwright.sync_api import BrowserContext
from postgres import postgres
from served_page import signed_in

from wfhserver.sample.company import Plan
from wfhserver.testing.browser import chromium, serving

ROUNDS = 15
# Loads that fill the cache, also with the code that the browser has compiled.
_FILLING = 3
_TIMES = 1.3
_KB = 130.0
_REQUESTS = 10.0
_LONG_TASK_MS = 200.0
# The moment after the first frame with a row in it, since the navigation began.
_WATCH = """
const { port1, port2 } = new MessageChannel()
port1.onmessage = () => { window.rowsAt = performance.now() }
const look = () => document.querySelector("[data-index] a")
  ? port2.postMessage(null)
  : requestAnimationFrame(look)
requestAnimationFrame(look)
"""
# What began before the first row: the page itself is a request, too.
_LOAD = """() => new Promise((resolve) => {
  const tasks = []
  new PerformanceObserver((list) => tasks.push(...list.getEntries()))
    .observe({ type: "longtask", buffered: true })
  const done = () => {
    if (!window.rowsAt || document.readyState !== "complete") return setTimeout(done, 50)
    const before = (each) => each.startTime < window.rowsAt
    const files = performance.getEntriesByType("resource").filter(before)
    const scripts = files.filter((each) => new URL(each.name).pathname.endsWith(".js"))
    resolve({
      ms: window.rowsAt,
      bytes: scripts.reduce((sum, each) => sum + each.encodedBodySize, 0),
      requests: files.length + 1,
      task: Math.max(0, ...tasks.filter(before).map((each) => each.duration)),
    })
  }
  setTimeout(done, 300)
})"""


@dataclass(frozen=True, slots=True)
class Load:
    """A page until its first row: milliseconds, bytes of scripts, requests, the longest task."""

    ms: float
    bytes: int
    requests: int
    task: float


def figures() -> list[Figure]:
    """Return the medians of pages that take turns, each with an empty and a filled cache."""
    with postgres() as server:
        server.sample(Plan())
        with serving(server, routes=ROUTES) as address, chromium() as browser:
            state = signed_in(browser, address, server).context.storage_state()

            def opened() -> BrowserContext:
                return browser.new_context(base_url=address, storage_state=state)

            cold, warm = _cold(opened), _warm(opened)
    times = [
        _times("cold", "with an empty cache", cold),
        _times("warm", "with a filled cache", warm),
    ]
    first = cold["/"]
    rows = {
        "scripts": (median(each.bytes for each in first) / 1000, _KB, "kB", "JavaScript"),
        "requests": (median(each.requests for each in first), _REQUESTS, "", "requests"),
        "long_task": (median(each.task for each in first), _LONG_TASK_MS, "ms", "longest task"),
    }
    return [*times, *(_goal(name, *row) for name, row in rows.items())]


def _goal(name: str, value: float, goal: float, unit: str, what: str) -> Figure:
    note = f"{what} before the first row, with an empty cache, and the goal"
    return Figure(f"first_row.{name}", value, goal, 1.0, unit, "lower", note)


def _times(name: str, cache: str, loads: dict[str, list[Load]]) -> Figure:
    ours, plain = (median(each.ms for each in loads[path]) for path in ("/", PATH))
    note = f"of 40 people, {cache}, and of the same list rendered by the server"
    return Figure(f"first_row.{name}", ours, plain, _TIMES, "ms", "lower", note)


def _cold(opened: Callable[[], BrowserContext]) -> dict[str, list[Load]]:
    """Load each page in browser contexts of its own."""
    loads: dict[str, list[Load]] = {"/": [], PATH: []}
    for _ in range(ROUNDS):
        for path, found in loads.items():
            context = opened()
            found.append(_load(context, path))
            context.close()
    return loads


def _warm(opened: Callable[[], BrowserContext]) -> dict[str, list[Load]]:
    """Load the pages in turns, in one context each."""
    contexts = {path: opened() for path in ("/", PATH)}
    for path, context in contexts.items():
        for _ in range(_FILLING):
            _load(context, path)
    loads: dict[str, list[Load]] = {path: [] for path in contexts}
    for _ in range(ROUNDS):
        for path, context in contexts.items():
            loads[path].append(_load(context, path))
    return loads


def _load(context: BrowserContext, path: str) -> Load:
    """Load *path* in a new tab."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(path, wait_until="commit")
    found = Load(**page.evaluate(_LOAD))
    page.close()
    return found
