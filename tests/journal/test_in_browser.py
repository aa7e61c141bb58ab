"""The journal in a browser: from 360 px, light and dark, without any network requests."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.journal.month import NOW, fill

from wfhagent.assembly import Assembly, load_catalog
from wfhagent.cli.journal import make_journal
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.page import as_page as check_page
from wfhagent.journal.page import render
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import Record
from wfhagent.outbox.history import History
from wfhagent.privacy.inventory import take_inventory
from wfhagent.privacy.notice import as_page as notice_page
from wfhagent.privacy.web import as_page as privacy_page
from wfhagent.settings import parse_settings
from wfhagent.system.page_file import write_page
from wfhagent.system.paths import data_paths
from wfhserver.testing import browser

DAYS = 6


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    folder = tmp_path_factory.mktemp("journal")
    raw = {
        "server": {"url": "https://wfh.example.com"},
        "notice": {"company": "ACME", "text": "Two pictures a day.", "required": True},
    }
    settings = parse_settings(raw, Path("agent.toml"))
    catalog = load_catalog({}, settings.plugins, folder)
    return Assembly(
        settings=settings,
        paths=data_paths(str(folder)),
        catalog=catalog,
        configs={},
        drop_ins=folder,
        program=[],
    )


@pytest.fixture(scope="module")
def written(assembly: Assembly) -> Path:
    fill(assembly.paths.outbox, days=DAYS, around_the_clock=False)
    zone = ZoneInfo("Europe/Vienna")
    days = [NOW.date() - timedelta(days=back) for back in range(DAYS)]
    with History(assembly.paths.outbox) as history:
        journal = make_journal(assembly, history, zone, days=days, now=NOW)
        html = render(journal, take_inventory(assembly), zone, history.screenshot)
    file = assembly.paths.pages["journal"]
    write_page(file, html)
    return file


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(params=["light", "dark"])
def shown(request: pytest.FixtureRequest, chromium: Browser, written: Path) -> Iterator[Page]:
    """The page at 360 px, after everything on it was opened."""
    page = chromium.new_page(
        viewport={"width": 360, "height": 740}, color_scheme=request.param, offline=True
    )
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(written.as_uri())
    yield page
    page.close()
    assert console == [], "the browser refused a part of the page"


def test_nothing_is_wider_than_a_small_screen(shown: Page):
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360


def test_everyone_can_read_it(shown: Page):
    found = Axe().run(shown)

    assert found.response["violations"] == []


def test_a_screenshot_is_seen_large_by_its_link(shown: Page):
    link = shown.locator("figure a").first
    link.scroll_into_view_if_needed()
    image = link.locator("img")

    link.click()

    assert image.evaluate("image => image.complete && image.naturalWidth") == 320
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

    assert page.title() == "Journal of this device"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["notice", "check", "privacy"])
def test_the_other_pages_can_be_read_by_everyone_on_a_small_screen_too(
    name: str, scheme: Literal["light", "dark"], chromium: Browser, assembly: Assembly
):
    inventory = take_inventory(assembly)
    notice = current_notice(assembly)
    faults = [Finding("server", ok=False, detail="It is `away`.", advice="Wait.")]
    html = {
        "notice": notice_page(notice, Record(version=notice.version, since=NOW), inventory),
        "check": check_page([Finding("disk", ok=True, detail="roomy"), *faults], "1 fault."),
        "privacy": privacy_page(inventory),
    }
    file = assembly.paths.pages[name]
    write_page(file, html[name])

    page = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.goto(file.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).response["violations"] == []
    page.close()


def test_a_usual_day_takes_at_most_three_screens_of_a_phone(chromium: Browser, written: Path):
    page = chromium.new_page(viewport={"width": 390, "height": 844}, offline=True)
    page.goto(written.as_uri())

    assert page.evaluate("document.documentElement.scrollHeight") <= 3 * 844
    assert page.locator("section.card:visible").count() == 1
    assert page.locator("section.card:has(figure)").count() > 2
    page.close()


def test_the_first_key_skips_to_the_days_and_links_open_what_is_folded(
    chromium: Browser, written: Path
):
    page = chromium.new_page(viewport={"width": 390, "height": 844}, offline=True)
    page.goto(written.as_uri())

    page.keyboard.press("Tab")
    skip = page.evaluate("[document.activeElement.textContent, document.activeElement.hash]")
    page.locator("nav a", has_text="What is collected").click()

    assert skip == ["Skip to the days", "#days"]
    page.locator("#collected").wait_for(state="visible")
    assert "takes a screenshot and sends it to wfh.example.com" in page.inner_text("#collected")
    page.close()


@pytest.mark.parametrize("name", ["notice", "privacy"])
def test_the_other_pages_have_a_link_that_skips_to_the_table_too(
    name: str, chromium: Browser, assembly: Assembly
):
    inventory, notice = take_inventory(assembly), current_notice(assembly)
    record = Record(version=notice.version, since=NOW)
    html = notice_page(notice, record, inventory) if name == "notice" else privacy_page(inventory)
    file = assembly.paths.pages[name]
    write_page(file, html)
    page = chromium.new_page(viewport={"width": 390, "height": 844}, offline=True)
    page.goto(file.as_uri())

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.querySelector(':target') !== null")
    assert page.locator("code", has_text="screenshot").first.is_visible()
    page.close()
