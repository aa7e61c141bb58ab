"""How pages are laid out: words stay whole, numbers stand by their names, print is complete."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.testing import bearer

SignIn = Callable[..., None]
# Words of at most 14 letters, of which some stand on more than one line.
BROKEN_WORDS = """() => {
  const broken = []
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    for (const { 0: word, index } of text.data.matchAll(/\\p{L}{2,14}/gu)) {
      const range = document.createRange()
      range.setStart(text, index)
      range.setEnd(text, index + word.length)
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
      if (lines.size > 1) broken.push(word)
    }
  }
  return broken
}"""


@pytest.fixture
def devices(server: ThreadedServer) -> ThreadedServer:
    """A company with devices of which there is much to say."""
    small_company(server)
    token = server.enrollment_token()
    for number in range(2):
        machine = {"agent_id": str(uuid4()), "username": "carol", "hostname": f"laptop-2{number}"}
        body = {**machine, "platform": "Windows-11-10.0.26100-AMD64", "agent_version": "0.1.0"}
        server.request("POST", "/api/enroll", json=body, headers=bearer(token))
    return server


@pytest.mark.parametrize("width", [1440, 1100, 800, 360])
def test_no_word_of_a_table_is_broken_and_no_page_is_wider_than_its_window(
    page: Page, devices: ThreadedServer, sign_in: SignIn, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in()
    for path in ("/agents", "/audit", "/tokens", "/users", "/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(BROKEN_WORDS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_numbers_stand_by_their_names(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    server.execute("INSERT INTO teams (name, created_at) VALUES ('Support', now())")
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(at="/teams")

    cell = page.get_by_role("row").filter(has_text="Support").locator("[data-title=Members]")
    expect(cell).to_have_css("text-align", "start")


def test_print_shows_every_day_of_the_strip(
    page: Page, server: ThreadedServer, sign_in: SignIn
) -> None:
    small_company(server)
    employee = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    # A page of paper is about that wide.
    page.set_viewport_size({"width": 720, "height": 900})
    sign_in(at=f"/employees/{employee}")
    strip = page.get_by_role("navigation", name="Days")
    expect(strip.get_by_role("button", name="Saturday 24 October")).to_be_attached()
    page.emulate_media(media="print")

    cut = strip.evaluate(
        """strip => [...strip.querySelectorAll("[aria-label]")].filter(day => {
          const { left, right, width } = day.getBoundingClientRect()
          return width > 0 && (left < 0 || right > innerWidth)
        }).length"""
    )
    assert cut == 0
