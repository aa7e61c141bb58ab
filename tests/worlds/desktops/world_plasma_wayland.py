"""Plasma 5.27 under Wayland: service, icon, screenshots through the portal, lock.

The tests follow one another on one desktop. `make test-desktops` runs them. This Plasma asks nobody
about screenshots: the back end of its portal is older than the question.
"""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.worlds.desktops import agent
from tests.worlds.desktops.desktop import logged_in
from tests.worlds.desktops.plasma import PACKAGES, Plasma


@pytest.fixture(scope="module")
def plasma(site: Site) -> Iterator[Plasma]:
    with logged_in(Plasma, "plasma", PACKAGES, site) as desktop:
        yield desktop


def test_the_service_starts_with_an_icon(plasma: Plasma):
    item = agent.install(plasma.laptop)

    assert "Allow screenshots" not in agent.menu_lines(plasma.laptop, item)
    assert plasma.laptop.delayed_ends() == {"shutdown", "sleep"}


def test_a_portal_without_its_folder_failed_and_denied_nothing(plasma: Plasma):
    failed = agent.log_screenshot(plasma.laptop)

    assert failed["status"] == "failed"
    assert "/home/alice/Pictures, which it may need, does not exist" in failed["reason"]


def test_nobody_is_asked_and_what_is_stored_for_others_does_not_count(plasma: Plasma):
    plasma.laptop.as_user("mkdir", "Pictures")
    taken = agent.log_screenshot(plasma.laptop)
    agent.store_permission(plasma.laptop, "no")
    taken_again = agent.log_screenshot(plasma.laptop)

    assert (taken["status"], taken["width"], taken["height"]) == ("taken", 1280, 800)
    assert taken_again["status"] == "taken"
    is_content, detail = agent.doctor(plasma.laptop)
    assert is_content, detail
    assert "taken: works" in agent.Allowing(plasma.laptop).result()
    assert plasma.laptop.as_user("ls", "Pictures") == "", "the portal's file is deleted"


def test_a_locked_screen_is_never_taken(plasma: Plasma):
    plasma.lock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "locked")
    plasma.unlock()
    agent.until_status(lambda: agent.log_screenshot(plasma.laptop), "taken")
    plasma.picture("plasma-icon.png")
