"""The person at the screen is notified, by a real notification daemon."""

import subprocess
from collections.abc import Iterator

import pytest
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection
from tests.os_session.private_bus import PrivateBus

from wfhagent.testing import make_context
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig

NAME = "org.freedesktop.Notifications"


@pytest.fixture
def dunst(screen: str, bus: PrivateBus) -> Iterator["subprocess.Popen[str]"]:
    """dunst, which prints what it shows."""
    with open_dbus_connection(bus.address) as connection:
        rule = MatchRule(type="signal", member="NameOwnerChanged")
        rule.add_arg_condition(0, NAME)
        Proxy(message_bus, connection).AddMatch(rule)
        daemon = subprocess.Popen(
            ["dunst", "-print"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        with connection.filter(rule) as owned:
            connection.recv_until_filtered(owned, timeout=30)
    yield daemon
    daemon.kill()
    daemon.wait()
    assert daemon.stdout is not None
    daemon.stdout.close()


def test_a_screenshot_is_notified_with_what_was_done_to_it(dunst: "subprocess.Popen[str]"):
    context = make_context(server_url="https://wfh.example.com:8443")
    fact = Screenshot(ScreenshotConfig(blur=8)).collect(context)["screenshot"]

    assert fact["notified"] is True
    assert dunst.stdout is not None
    shown = "".join(dunst.stdout.readline() for _ in range(4))
    assert "summary: 'A screenshot was taken'" in shown
    assert "your screen, for the log to wfh.example.com. It was blurred." in shown


def test_no_screenshot_is_notified_where_none_was_taken(dunst: "subprocess.Popen[str]"):
    subprocess.run(["xsetroot", "-solid", "black"], check=True)
    Screenshot(ScreenshotConfig()).collect(make_context())
    subprocess.run(["xsetroot", "-solid", "blue"], check=True)
    Screenshot(ScreenshotConfig(notify=False)).collect(make_context())

    dunst.kill()
    assert dunst.communicate()[0] == ""


def test_where_nobody_shows_notifications_the_log_says_so(
    screen: str, bus: PrivateBus, caplog: pytest.LogCaptureFixture
):
    fact = Screenshot(ScreenshotConfig()).collect(make_context())["screenshot"]

    assert (fact["status"], fact["notified"]) == ("taken", False)
    assert "Nobody could be notified that: A screenshot was taken" in caplog.text
