"""Plasma 5.27 under Wayland: service, icon, screenshots through the portal, lock.

The tests follow one another on one desktop. `make test-desktops` runs them. The question of
Plasma's portal is not answered here: its window does not come up on a monitor that nobody sees, so
its answers are stored as it stores them.
"""

from collections.abc import Iterator

import pytest
from tests.waiting import wait_until
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import PICTURES, logged_in
from tests.worlds.desktops.plasma import PACKAGES, Plasma


@pytest.fixture(scope="module")
def plasma() -> Iterator[Plasma]:
    with logged_in(Plasma, "plasma", PACKAGES) as desktop:
        yield desktop


def test_the_service_starts_with_an_icon(plasma: Plasma):
    item = agent.install(plasma.machine)
    wait_until(
        lambda: "Allow screenshots" in agent.menu_lines(plasma.machine, item),
        "the menu leads to the question",
    )
    assert agent.inhibitors(plasma.machine) == {"shutdown", "sleep"}


def test_neither_a_log_nor_doctor_makes_the_desktop_ask(plasma: Plasma):
    assert agent.log_screenshot(plasma.machine)["status"] == "denied"
    assert agent.doctor(plasma.machine) == (
        False,
        "denied: they are not allowed on this desktop yet",
    )
    assert agent.stored_permission(plasma.machine) == ""


def test_only_a_no_is_denied_and_a_portal_without_its_folder_failed(plasma: Plasma):
    agent.store_permission(plasma.machine, "no")
    denied = agent.log_screenshot(plasma.machine)
    agent.store_permission(plasma.machine, "yes")
    failed = agent.log_screenshot(plasma.machine)
    plasma.machine.as_user("mkdir", "Pictures")
    taken = agent.log_screenshot(plasma.machine)

    assert (denied["status"], failed["status"]) == ("denied", "failed")
    assert "/home/alice/Pictures, which it may need, does not exist" in failed["reason"]
    assert (taken["status"], taken["width"], taken["height"]) == ("taken", 1280, 800)
    assert plasma.machine.as_user("ls", "Pictures") == "", "the portal's file is deleted"


def test_a_locked_screen_is_never_taken(plasma: Plasma):
    plasma.lock()
    agent.until_status(lambda: agent.log_screenshot(plasma.machine), "locked")
    plasma.unlock()
    agent.until_status(lambda: agent.log_screenshot(plasma.machine), "taken")
    plasma.picture(PICTURES / "plasma-icon.png")
