"""Plasma 5.27 under X11: icon, menu clicked, screenshots, lock.

The tests follow one another on one desktop. `make test-desktops` runs them.
"""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import logged_in
from tests.worlds.desktops.plasma import MARGIN, PACKAGES, ROW, SEPARATOR, PlasmaX11

ACTIONS = ("What is collected", "My journal", "My data on the server", "Run diagnostics")


@pytest.fixture(scope="module")
def plasma(site: Site) -> Iterator[PlasmaX11]:
    with logged_in(PlasmaX11, "plasma", PACKAGES, site) as desktop:
        yield desktop


def menu_fits(plasma: PlasmaX11, item: str) -> bool:
    """Open and close the menu; tell whether it is as high as the lines of *item* are."""
    menu = plasma.open_menu()
    lines = agent.menu_lines(plasma.laptop, item)
    plasma.picture("plasma-menu.png", plasma.menu_and_panel(menu))
    plasma.close_menu()
    separators = lines.count("")
    shown = menu.height - 2 * MARGIN - separators * SEPARATOR
    return shown == (len(lines) - separators) * ROW


def test_the_menu_has_each_line_once_however_often_it_is_opened(plasma: PlasmaX11):
    item = agent.install(plasma.laptop)
    wait_until(plasma.has_icon, "the panel shows an icon")

    # Until the panel has put its icons into order, another one may be at that place.
    wait_until(lambda: menu_fits(plasma, item), "the menu of the icon")
    assert [menu_fits(plasma, item) for _ in range(3)] == [True] * 3


def test_a_click_in_the_menu_works(plasma: PlasmaX11):
    menu = plasma.open_menu()
    # From the bottom: the version, a separator, and the actions.
    rows = 1 + len(ACTIONS) - 0.5
    y = menu.y + menu.height - MARGIN - SEPARATOR - round(rows * ROW)
    plasma.click(menu.x + menu.width // 2, y)

    wait_until(lambda: "wfhagent-privacy.html" in agent.opened(plasma.laptop), "the page opens")


def test_x11_asks_nobody_and_a_locked_screen_is_never_taken(plasma: PlasmaX11):
    taken = agent.log_screenshot(plasma.laptop)
    assert (taken["status"], taken["monitors"]) == ("taken", 1)
    is_content, detail = agent.doctor(plasma.laptop)
    assert is_content, detail

    plasma.lock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "locked")
    plasma.unlock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "taken")
