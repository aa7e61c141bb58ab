"""Which laptops are unencrypted? In three clicks, as a file, and as an alert."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.company import small_company
from server.tests.dashboard.conftest import ThreadedServer, in_thread

SignIn = Callable[..., None]


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    """Alice has an encrypted disk, and bob has not."""
    small_company(server)
    return server


def test_the_unencrypted_laptops_are_three_clicks_away_and_a_file(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in()
    page.get_by_role("link", name="Facts").click()
    page.get_by_role("button", name="no: 1 device. Show them").click()

    table = page.get_by_role("table", name="Devices with their facts")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("rowheader", name="bob")).to_be_visible()
    expect(page.get_by_text("disk.encrypted is false")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="Export CSV").click()
    lines = Path(started.value.path()).read_text("utf-8-sig").splitlines()

    assert lines[0].startswith("employee,hostname,last_seen Europe/Vienna,disk.encrypted")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["bob", "laptop-8", "2026-11-23 13:00:00", "false"]
    ]


def test_a_rule_made_of_the_filter_raises_an_alert(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/facts?where=disk.encrypted%20is%20false")
    page.get_by_role("button", name="Add alert rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Unencrypted")
    dialog.get_by_label("Raise an alert after, in hours").fill("0")
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_role("table", name="Alert rules")).to_contain_text("Unencrypted")
    in_thread(company.check_rules)
    page.reload()

    alerts = page.get_by_role("table", name="Alerts", exact=True)
    expect(alerts.get_by_role("rowheader", name="bob · laptop-8")).to_be_visible()
    expect(alerts.get_by_role("row")).to_have_count(2)


def test_a_view_is_saved_and_opened_again_and_a_value_has_its_history(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/facts?where=disk.encrypted%20is%20true")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Encrypted ones")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove filter disk.encrypted is true").click()
    table = page.get_by_role("table", name="Devices with their facts")
    expect(table.get_by_role("row")).to_have_count(3)
    page.get_by_role("combobox", name="Saved views").click()
    page.get_by_role("option", name="Encrypted ones").click()
    expect(table.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Free space of laptop-7: 81 GB. Show history").click()

    expect(page.get_by_role("dialog")).to_contain_text("Detailed logs do not have this fact")


def test_a_manager_without_a_device_reads_what_would_be_here(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/facts")

    expect(page.get_by_role("heading", name="No facts yet")).to_be_visible()


def test_now_and_devices_show_a_chosen_fact_and_are_filtered_by_one(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/facts?where=disk.encrypted%20is%20false")
    page.get_by_role("link", name="Show on Now").click()
    now = page.get_by_role("table", name="Employees and their devices")
    expect(now.get_by_role("columnheader", name="disk.free")).to_be_visible()
    expect(now.get_by_role("cell", name="9300000000")).to_be_visible()
    expect(now.get_by_role("row")).to_have_count(2)
    page.goto("/agents?fact=disk.free&where=disk.encrypted%20is%20true")
    devices = page.get_by_role("table", name="Devices", exact=True)

    expect(devices.get_by_role("columnheader", name="disk.free")).to_be_visible()
    expect(devices.get_by_role("cell", name="81000000000")).to_be_visible()
    expect(devices.get_by_role("row")).to_have_count(2)
