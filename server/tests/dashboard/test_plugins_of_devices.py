"""Devices whose plugins fail or wait for a restart are filtered, and each plugin is shown."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import ThreadedServer
from server.tests.fact_plugins import DISK

from wfhserver.testing import bearer, heartbeat_body

SignIn = Callable[..., None]
HTTPS = {"name": "https", "kind": "transport", "origin": "built-in", "api": 1, "version": "0.1.0"}
QUARANTINE = {
    "failing": {"disk": "its process ended; it is asked again within the hour"},
    "quarantine": {
        "disk": {
            "since": "2026-11-23T11:30:00Z",
            "until": "2026-11-23T12:30:00Z",
            "why": "its process ended",
        }
    },
}


def beat(server: ThreadedServer, username: str, hostname: str, health: dict[str, Any]) -> None:
    plugins = [{**DISK, "version": "1.2.0"}, HTTPS]
    sent = heartbeat_body(username=username, hostname=hostname, plugins=plugins, health=health)
    token = server.agent_token(username, hostname)
    answer = server.request("POST", "/api/heartbeat", json=sent, headers=bearer(token))
    assert answer.status_code == 200, answer.text


@pytest.fixture
def devices(server: ThreadedServer) -> None:
    """A plugin of alice's is in quarantine, one of bob's waits for a restart, carol's are fine."""
    beat(server, "alice", "laptop-7", QUARANTINE)
    beat(server, "bob", "laptop-8", {"restart_pending": ["holidays"]})
    beat(server, "carol", "laptop-9", {})


@pytest.mark.usefixtures("devices")
def test_a_plugin_in_quarantine_is_found_and_explained(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/agents")
    page.get_by_role("combobox", name="Filter by plugins").click()
    page.get_by_role("option", name="A plugin in quarantine").click()
    table = page.get_by_role("table", name="Devices", exact=True)
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_text("quarantine", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show the plugins of laptop-7 of alice").click()

    plugins = page.get_by_role("dialog").get_by_role("table", name="Plugins")
    disk = plugins.get_by_role("row", name="disk")
    for text in (
        "collector",
        "1.2.0",
        "drop-in",
        "a" * 8,
        "in quarantine",
        "its process ended",
        "Since:",
    ):
        expect(disk).to_contain_text(text)
    https = plugins.get_by_role("row", name="https")
    for text in ("transport", "0.1.0", "part of the agent", "in use"):
        expect(https).to_contain_text(text)


@pytest.mark.usefixtures("devices")
def test_a_plugin_that_waits_for_a_restart_is_shown(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/agents?plugins=restart_pending")
    table = page.get_by_role("table", name="Devices", exact=True)
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_text("restart pending")).to_be_visible()
    page.get_by_role("button", name="Show the plugins of laptop-8 of bob").click()

    row = page.get_by_role("dialog").get_by_role("row", name="holidays")
    expect(row.get_by_text("restart pending")).to_be_visible()


@pytest.mark.usefixtures("devices")
def test_the_filter_is_cleared(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/agents?plugins=failing")
    table = page.get_by_role("table", name="Devices", exact=True)
    expect(table.get_by_role("row")).to_have_count(2)
    page.get_by_role("combobox", name="Filter by plugins").click()
    page.get_by_role("option", name="All plugins").click()

    expect(table.get_by_role("row")).to_have_count(4)


def test_a_device_that_has_reported_no_plugins_says_so(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("dora", "laptop-10")
    sign_in(at="/agents")
    page.get_by_role("button", name="Show the plugins of laptop-10 of dora").click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This device has not reported its plugins yet.")).to_be_visible()
