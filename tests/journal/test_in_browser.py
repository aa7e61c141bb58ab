"""The journal as a browser shows it: from 360 px on, light and dark, and nothing is loaded."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journal.month import NOW, fill

from wfhagent.assembly import Assembly, load_catalog
from wfhagent.display import write_page
from wfhagent.journal.make import make_journal
from wfhagent.journal.page import render
from wfhagent.outbox.history import History
from wfhagent.paths import data_paths
from wfhagent.privacy.inventory import take_inventory
from wfhagent.settings import parse_settings

DAYS = 6


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journal")
    settings = parse_settings({"server": {"url": "https://wfh.example.com"}}, Path("agent.toml"))
    catalog = load_catalog({}, settings.plugins, folder)
    assembly = Assembly(
        settings=settings,
        paths=data_paths(str(folder)),
        catalog=catalog,
        configs={},
        drop_ins=folder,
        program=[],
    )
    fill(assembly.paths.outbox, days=DAYS, around_the_clock=False)
    zone = ZoneInfo("Europe/Vienna")
    days = [NOW.date() - timedelta(days=back) for back in range(DAYS)]
    with History(assembly.paths.outbox) as history:
        journal = make_journal(assembly, history, zone, days=days, now=NOW)
        html = render(journal, take_inventory(assembly), zone, history.picture)
    file = folder / "journal.html"
    write_page(file, html)
    return file


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        assert program, "These tests need chromium: apt-get install chromium"
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def shown(request: pytest.FixtureRequest, chromium: Browser, written: Path) -> Iterator[Page]:
    """The page at 360 px, after everything on it was looked at."""
    page = chromium.new_page(
        viewport={"width": 360, "height": 740}, color_scheme=request.param, offline=True
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(written.as_uri())
    yield page
    page.close()
    assert said == [], "the browser refused a part of the page"


def test_nothing_is_wider_than_a_small_screen(shown: Page):
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360


def test_everyone_can_read_it(shown: Page):
    found = Axe().run(shown)

    assert found.response["violations"] == []


def test_a_picture_is_seen_large_by_its_link(shown: Page):
    link = shown.locator("figure a").first
    link.scroll_into_view_if_needed()
    picture = link.locator("img")

    link.click()

    assert picture.evaluate("picture => picture.complete && picture.naturalWidth") == 320
    assert shown.locator("figure:target").count() == 1


def test_the_style_of_the_page_is_in_force(shown: Page):
    assert shown.locator("dl").first.evaluate("one => getComputedStyle(one).display") == "grid"


def test_a_script_that_got_onto_the_page_would_not_run(chromium: Browser, written: Path):
    page = chromium.new_page(offline=True)
    page.goto(written.as_uri())

    page.evaluate(
        """() => { const script = document.createElement("script");
        script.textContent = "document.title = 'it ran'"; document.body.append(script); }"""
    )

    assert page.title() == "Journal of this machine"
    page.close()
