"""Plasma 5.27 under Wayland: service, icon, screenshots through the portal, lock.

The tests follow one another on one desktop. `make test-desktops` runs them. The question of
Plasma's portal is not answered here: its window does not come up on a monitor that nobody sees, so
its answers are stored as it stores them.
"""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import logged_in
from tests.worlds.desktops.plasma import PACKAGES, Plasma


@pytest.fixture(scope="module")
def plasma(site: Site) -> Iterator[Plasma]:
    with logged_in(Plasma, "plasma", PACKAGES, site) as desktop:
        yield desktop


def test_the_service_starts_with_an_icon(plasma: Plasma):
    item = agent.install(plasma.laptop)
    wait_until(
        lambda: "Allow screenshots" in agent.menu_lines(plasma.laptop, item),
        "the menu leads to the question",
    )
    assert plasma.laptop.delayed_ends() == {"shutdown", "sleep"}


def test_neither_a_log_nor_doctor_makes_the_desktop_ask(plasma: Plasma):
    assert agent.log_screenshot(plasma.laptop)["status"] == "denied"
    assert agent.doctor(plasma.laptop) == (
        False,
        "denied: they are not allowed on this desktop yet",
    )
    assert agent.stored_permission(plasma.laptop) == ""


def test_only_a_no_is_denied_and_a_portal_without_its_folder_failed(plasma: Plasma):
    agent.store_permission(plasma.laptop, "no")
    denied = agent.log_screenshot(plasma.laptop)
    agent.store_permission(plasma.laptop, "yes")
    failed = agent.log_screenshot(plasma.laptop)
    plasma.laptop.as_user("mkdir", "Pictures")
    taken = agent.log_screenshot(plasma.laptop)

    assert (denied["status"], failed["status"]) == ("denied", "failed")
    assert "/home/alice/Pictures, which it may need, does not exist" in failed["reason"]
    assert (taken["status"], taken["width"], taken["height"]) == ("taken", 1280, 800)
    assert plasma.laptop.as_user("ls", "Pictures") == "", "the portal's file is deleted"


def test_a_locked_screen_is_never_taken(plasma: Plasma):
    plasma.lock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "locked")
    plasma.unlock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "taken")
    plasma.picture("plasma-icon.png")
