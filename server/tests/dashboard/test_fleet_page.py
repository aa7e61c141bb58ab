"""Devices: sums, settings that were agreed on, and a comparison that stays in the browser."""

import hashlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.testing import bearer, heartbeat_body

SignIn = Callable[..., None]
HEAD = "# Settings in force on this device, form 1. Secrets are left out.\n\n"
AGREED_TEXT = f"{HEAD}[plugins.screenshot]\nblur = 3\nquality = 50\n"
OTHER_TEXT = AGREED_TEXT.replace("quality = 50", "quality = 95")
AGREED, OTHER = (hashlib.sha256(text.encode()).hexdigest() for text in (AGREED_TEXT, OTHER_TEXT))


@pytest.fixture
def fleet(server: ThreadedServer) -> None:
    """Two laptops have the same settings, and carol's has others and an older agent."""
    for name, version, settings in (
        ("alice", "0.10.0", AGREED),
        ("bob", "0.10.0", AGREED),
        ("carol", "0.9.0", OTHER),
    ):
        token = server.agent_token(name, f"{name}-pc")
        who = {"username": name, "hostname": f"{name}-pc", "agent_version": version}
        sent = heartbeat_body(**who, health={"settings": settings})
        answer = server.request("POST", "/api/heartbeat", json=sent, headers=bearer(token))
        assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("fleet")
def test_settings_are_agreed_on_and_the_device_that_differs_is_found(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(at="/agents")
    settings = page.get_by_role("table", name="Settings of devices")
    settings.get_by_role("button", name=f"Mark {AGREED[:8]} as agreed").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(AGREED)).to_be_visible()
    dialog.get_by_label("Label").fill("Works agreement 2026")
    dialog.get_by_role("button", name="Mark as agreed").click()

    expect(settings.get_by_text("Works agreement 2026")).to_be_visible()
    page.get_by_role("button", name="Show 1 device that differs").click()

    devices = page.get_by_role("table", name="Devices", exact=True)
    expect(devices.get_by_role("row")).to_have_count(2)
    expect(devices.get_by_role("row").nth(1)).to_contain_text("carol-pc")


@pytest.mark.usefixtures("fleet")
def test_devices_are_sorted_by_version_and_filtered_by_it(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/agents")
    devices = page.get_by_role("table", name="Devices", exact=True)
    expect(devices.get_by_role("row").nth(1)).to_contain_text("alice")
    page.get_by_role("combobox", name="Sort by").click()
    page.get_by_role("option", name="Oldest version first").click()

    expect(devices.get_by_role("row").nth(1)).to_contain_text("carol")
    page.get_by_role("button", name="Show 1 device: 0.9.0").click()
    expect(devices.get_by_role("row")).to_have_count(2)


@pytest.mark.usefixtures("fleet")
def test_two_laptops_are_compared_in_the_browser_and_nothing_is_sent(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(at="/agents")
    page.get_by_role("button", name="Compare settings").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Agreed settings", exact=True)).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    dialog.get_by_label("Agreed settings", exact=True).fill(AGREED_TEXT.replace("\n", "\r\n"))
    dialog.get_by_label("Settings of the other laptop", exact=True).fill(OTHER_TEXT)

    row = dialog.get_by_role("table", name="Differences").get_by_role("row").nth(1)
    for text in ("plugins.screenshot.quality", "50", "95"):
        expect(row).to_contain_text(text)
    # Each text is found among the groups by its hash.
    expect(dialog.get_by_text("2 devices have these settings.")).to_be_visible()
    expect(dialog.get_by_text("1 device has these settings.")).to_be_visible()
    assert [url for url in sent if "/assets/" not in url] == []
