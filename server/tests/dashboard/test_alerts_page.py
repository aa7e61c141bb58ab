"""The page Alerts: a silent device's alert and its end, rules, channels, messages, own e-mails."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import ThreadedServer, in_thread
from server.tests.mail_catcher import MailCatcher

from wfhserver.models.users import Role
from wfhserver.testing import NOW

SignIn = Callable[..., None]


@pytest.fixture
def server(server: ThreadedServer, catcher: MailCatcher) -> ThreadedServer:
    """Alice's device has not reported since 7:00 UTC, and it is noon on Monday."""
    server.settings |= {
        "smtp_host": "127.0.0.1",
        "smtp_port": catcher.port,
        "mail_from": "wfhserver@example.com",
    }
    server.agent_token("alice", "laptop-7")
    server.execute("UPDATE employees SET display_name = 'Alice Adams', email = 'alice@example.com'")
    seen(server, hours_ago=5)
    return server


def seen(server: ThreadedServer, *, hours_ago: int) -> None:
    server.execute(
        "UPDATE agent_presence SET last_seen = $1, time_zone = 'Europe/Vienna'",
        server.clock.time - timedelta(hours=hours_ago),
    )


def look(server: ThreadedServer) -> None:
    """Let the server look twice, ten minutes apart, and deliver."""
    in_thread(server.check_alerts)
    server.clock.time += timedelta(minutes=10)
    in_thread(server.check_alerts)
    in_thread(server.deliver)


def test_the_alert_of_a_silent_device_comes_by_mail_and_so_does_its_end(
    page: Page, sign_in: SignIn, server: ThreadedServer, catcher: MailCatcher
) -> None:
    sign_in(at="/alerts")
    expect(page.get_by_text("No open alerts")).to_be_visible()
    page.get_by_role("button", name="Create channel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("IT")
    dialog.get_by_label("E-mail addresses").fill("it@example.com")
    dialog.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("button", name="Test IT").click()
    expect(page.get_by_text("A test message is on its way.")).to_be_visible()
    look(server)
    page.reload()

    alerts = page.get_by_role("table", name="Alerts", exact=True)
    expect(alerts.get_by_role("rowheader", name="Device silent")).to_be_visible()
    expect(alerts).to_contain_text("Alice Adams has not reported for 4 working hours.")
    messages = page.get_by_role("table", name="Messages")
    expect(messages.get_by_text("delivered")).to_have_count(3)
    seen(server, hours_ago=0)
    look(server)
    page.reload()
    expect(page.get_by_text("No open alerts")).to_be_visible()
    page.get_by_text("Resolved", exact=True).click()
    expect(alerts.get_by_role("rowheader", name="Device silent")).to_be_visible()

    subject = "Device silent: Alice Adams (laptop-7)"
    assert sorted(zip(map(str, catcher.recipients), catcher.subjects, strict=True)) == [
        ("['alice@example.com']", subject),
        ("['alice@example.com']", f"Resolved: {subject}"),
        ("['it@example.com']", subject),
        ("['it@example.com']", f"Resolved: {subject}"),
        ("['it@example.com']", "wfhserver: test message"),
    ]


def test_a_rule_is_changed_and_a_private_webhook_refused(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/alerts")
    page.get_by_role("button", name="Edit Device silent").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Working hours").fill("6")
    dialog.get_by_role("switch", name="Send it to the employee, too").click()
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("table", name="Rules").get_by_role("row", name="Device silent")
    expect(row).to_contain_text("6 working hours")
    page.get_by_role("button", name="Create channel").click()
    dialog.get_by_label("Name").fill("Hook")
    dialog.get_by_role("combobox", name="Kind").click()
    page.get_by_role("option", name="Webhook").click()
    dialog.get_by_label("URL").fill("https://127.0.0.1/x")
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(dialog.get_by_text("which is not public")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()

    rules = server.rows("SELECT kind, threshold, notifies_employee FROM alert_rules")
    assert rules == [("device_silent", 6, False)]


def test_a_channel_is_listed_without_its_secrets_and_deleted(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.execute(
        "INSERT INTO alert_channels (name, kind, address, secret, shown, topics,"
        " working_hours_only, created_at, created_by) VALUES ('Hook', 'webhook',"
        " 'https://example.com/s3cr3t', 'whsec_s3cr3t', 'https://example.com', '{alerts}', false,"
        " $1, 'user:anna')",
        NOW,
    )
    sign_in(at="/alerts")
    table = page.get_by_role("table", name="Channels")
    expect(table).to_contain_text("https://example.com")
    assert "s3cr3t" not in page.content()
    page.get_by_role("button", name="Delete Hook").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete channel").click()
    expect(page.get_by_text("No channels yet")).to_be_visible()


def test_a_manager_sees_alerts_of_own_teams_and_chooses_own_emails(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    look(server)
    sign_in(Role.MANAGER, at="/alerts")
    expect(page.get_by_text("No open alerts")).to_be_visible()
    expect(page.get_by_role("heading", name="Channels")).to_have_count(0)
    page.get_by_role("button", name="My e-mails").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill("anna@example.com")
    dialog.get_by_role("switch", name="Each alert").click()
    dialog.get_by_role("combobox", name="Summary of open alerts").click()
    page.get_by_role("option", name="each week").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    found = server.rows("SELECT email, alerts, digest FROM alert_subscriptions")
    assert found == [("anna@example.com", True, "weekly")]
