"""GNOME 43 under Wayland: service, icon, menu, the question about screenshots, lock.

The tests follow one another on one desktop. `make test-desktops` runs them.
"""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import logged_in
from tests.worlds.desktops.gnome import ESCAPE, PACKAGES, RETURN, TAB, Gnome

PERMISSION = "wfhagent needs your permission to take screenshots"


@pytest.fixture(scope="module")
def gnome(site: Site) -> Iterator[Gnome]:
    with logged_in(Gnome, "gnome", PACKAGES, site) as desktop:
        yield desktop


def test_the_service_starts_with_an_icon_and_points_to_the_permission(gnome: Gnome):
    assert agent.install(gnome.laptop)

    wait_until(gnome.has_icon, "the panel shows the icon")
    wait_until(lambda: PERMISSION in gnome.notifications(), "the notification")
    gnome.picture("gnome-icon.png")
    assert gnome.notifications().count(PERMISSION) == 1
    assert gnome.laptop.delayed_ends() == {"shutdown", "sleep"}


def test_neither_a_log_nor_doctor_makes_the_desktop_ask(gnome: Gnome):
    fact = agent.log_screenshot(gnome.laptop)
    content, detail = agent.doctor(gnome.laptop)

    assert fact["status"] == "denied"
    assert "not allowed on this desktop yet" in fact["reason"]
    assert (content, detail) == (False, "not allowed on this desktop yet")
    assert not gnome.has_question()
    assert agent.stored_permission(gnome.laptop) == ""


def test_the_menu_has_each_line_once_and_a_click_works(gnome: Gnome):
    lines = gnome.open_menu()
    gnome.picture("gnome-menu.png", gnome.menu_and_panel())
    gnome.choose("What is collected")

    assert len(lines) == len(set(lines))
    assert {"Allow screenshots", "What is collected", "My journal"} <= set(lines)
    wait_until(lambda: "wfhagent-privacy.html" in agent.opened(gnome.laptop), "the page opens")


def test_a_question_that_runs_out_says_so_and_a_log_meanwhile_is_denied(gnome: Gnome):
    asking = agent.Allowing(gnome.laptop)
    wait_until(gnome.has_question, "the question")
    gnome.picture("gnome-question.png", gnome.question())
    fact = agent.log_screenshot(gnome.laptop)
    text = asking.result()

    assert fact["status"] == "denied"
    assert "You have 25 seconds to answer" in text
    assert "the question was not answered within 25 seconds" in text
    assert "Close the question if it is still open" in text
    gnome.press(ESCAPE)
    wait_until(lambda: not gnome.has_question(), "the question is closed")
    assert agent.stored_permission(gnome.laptop) == ""


def test_deny_is_stored_and_the_command_asks_again(gnome: Gnome):
    asking = agent.Allowing(gnome.laptop)
    wait_until(gnome.has_question, "the question")
    gnome.press(RETURN)
    denied = asking.result()

    assert "screenshots were denied on this desktop" in denied
    assert agent.stored_permission(gnome.laptop) == "no"
    assert agent.log_screenshot(gnome.laptop)["status"] == "denied"

    gnome.open_menu()
    gnome.choose("Allow screenshots")
    wait_until(gnome.has_question, "the question, by the icon's menu")
    gnome.press(TAB, RETURN)
    wait_until(lambda: agent.stored_permission(gnome.laptop) == "yes", "it is allowed")


def test_allowed_it_is_taken_and_doctor_takes_none(gnome: Gnome):
    fact = agent.until_status(lambda: agent.log_screenshot(gnome.laptop), "taken")

    assert (fact["width"], fact["height"]) == (1280, 800)
    assert agent.doctor(gnome.laptop) == (
        True,
        "allowed on this desktop; no test screenshot was taken",
    )
    assert "Allow screenshots" not in gnome.open_menu()
    gnome.press(ESCAPE)
    home = gnome.laptop.tree / "home/alice"
    assert not list(home.rglob("Screenshot*.png")), "the portal's file is deleted"


def test_a_locked_screen_is_never_taken(gnome: Gnome):
    gnome.lock()
    agent.until_status(lambda: agent.log_screenshot(gnome.laptop), "locked")
    gnome.unlock()
    agent.until_status(lambda: agent.log_screenshot(gnome.laptop), "taken")
