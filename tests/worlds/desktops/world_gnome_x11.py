"""GNOME 43 under X11: service, icon, menu clicked, screenshots, lock.

The tests follow one another on one desktop. `make test-desktops` runs them.
"""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import logged_in
from tests.worlds.desktops.gnome import PACKAGES, GnomeX11


@pytest.fixture(scope="module")
def gnome(site: Site) -> Iterator[GnomeX11]:
    with logged_in(GnomeX11, "gnome", PACKAGES, site) as desktop:
        yield desktop


def test_the_service_starts_with_an_icon(gnome: GnomeX11):
    agent.install(gnome.laptop)

    wait_until(gnome.has_icon, "the panel shows the icon")
    assert gnome.laptop.delayed_ends() == {"shutdown", "sleep"}


def test_the_menu_has_each_line_once_and_a_click_works(gnome: GnomeX11):
    lines = gnome.open_menu()
    gnome.choose("What is collected")

    assert len(lines) == len(set(lines))
    assert "Allow screenshots" not in lines
    wait_until(lambda: "wfhagent-privacy.html" in agent.opened(gnome.laptop), "the page opens")


def test_x11_asks_nobody_and_a_locked_screen_is_never_taken(gnome: GnomeX11):
    taken = agent.log_screenshot(gnome.laptop)
    assert (taken["status"], taken["width"], taken["height"]) == ("taken", 1280, 800)
    assert agent.doctor(gnome.laptop)[0]
    assert not gnome.has_question()

    gnome.lock()
    agent.until_status(lambda: agent.log_screenshot(gnome.laptop), "locked")
    gnome.unlock()
    agent.until_status(lambda: agent.log_screenshot(gnome.laptop), "taken")
