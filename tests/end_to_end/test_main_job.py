"""The agent process against the server process, over real TLS, into a real PostgreSQL."""

import json
import socket
import ssl
import urllib.request

import pytest
from PIL import Image
from tests.end_to_end.site import Laptop, Site
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end

ALL_HEARTBEATS = "TABLE heartbeats_by_employee"
ALL_LOGS = "TABLE logs_by_employee"
LOOPBACK = "the server sees a loopback or private address only"


def test_heartbeats_and_a_log_with_its_screenshot_arrive(site: Site, laptop_with_screen: Laptop):
    site.start_server()
    zone = "America/St_Johns"
    laptop_with_screen.environment = {**laptop_with_screen.environment, "TZ": zone}
    laptop_with_screen.start()
    wait_until(lambda: laptop_with_screen.status().get("delivered_at"), "the first delivery")
    sent = laptop_with_screen.run_in_terminal("send", "log", types="y\n")
    heartbeats = wait_until(
        lambda: len(found := site.rows(ALL_HEARTBEATS)) >= 2 and found, "two heartbeats"
    )

    assert sent.returncode == 0, sent.stderr
    assert {(heartbeat["hostname"], heartbeat["status"]) for heartbeat in heartbeats} == {
        (socket.gethostname(), "online")
    }
    (log,) = site.rows(ALL_LOGS)
    assert log["username"] == heartbeats[0]["username"]
    assert (log["slot"], log["screenshot_status"]) == (0, "taken")
    assert site.rows("SELECT time_zone FROM agent_presence") == [{"time_zone": log["time_zone"]}]
    assert log["time_zone"] == zone
    assert (log["public_ip"], log["location"]) == (None, None)
    assert json.loads(log["absent"]) == {"public_ip": LOOPBACK, "location": LOOPBACK}
    with Image.open(site.folder / "screenshots" / log["screenshot_path"]) as screenshot:
        assert (screenshot.format, screenshot.size) == ("WEBP", (1280, 720))
        color = screenshot.convert("RGB").getpixel((640, 360))
    assert all(abs(a - b) < 8 for a, b in zip(color, (0x35, 0x61, 0x8E), strict=True))


def test_a_test_log_of_the_first_minute_waits_until_the_agent_is_enrolled(
    site: Site, laptop: Laptop
):
    # The agent keeps trying to enroll, and has no token when the command looks for one.
    laptop.start()
    wait_until(lambda: laptop.status().get("problem"), "the first failure")
    site.start_server()

    sent = laptop.run_in_terminal("send", "log", types="y\n")

    assert sent.returncode == 0, sent.stderr
    (log,) = site.rows(ALL_LOGS)
    assert json.loads(log["absent"])["public_ip"] == LOOPBACK


def test_status_says_that_all_is_well(site: Site, laptop: Laptop):
    site.start_server()
    laptop.start()
    wait_until(lambda: laptop.status().get("delivered_at"), "the first delivery")

    result = laptop.run("status")

    assert result.returncode == 0
    assert "running (pid" in result.stdout
    assert "yes, token stored in a file" in result.stdout
    assert "0 heartbeats, 0 logs" in result.stdout


def test_four_fields_and_a_token_are_a_heartbeat(site: Site):
    site.start_server()
    token = site.administrate("agents", "create", "alice@laptop-7")
    request = urllib.request.Request(
        f"{site.url}/api/heartbeat",
        data=b'{"username":"alice","hostname":"laptop-7","status":"online",'
        b'"timestamp":"2026-11-24T09:14:02Z"}',
        headers={"Authorization": f"Bearer {token}"},
    )
    trust = ssl.create_default_context(cafile=site.certificate.authority)

    with urllib.request.urlopen(request, context=trust) as response:
        assert response.status == 200

    (heartbeat,) = site.rows(ALL_HEARTBEATS)
    assert (heartbeat["username"], heartbeat["hostname"], heartbeat["status"]) == (
        "alice",
        "laptop-7",
        "online",
    )


def test_preview_shows_everything_and_sends_nothing(site: Site, laptop_with_screen: Laptop):
    site.start_server()
    laptop_with_screen.run("enroll")

    shown = laptop_with_screen.run("preview")

    assert shown.returncode == 0, shown.stderr
    for field in (
        "username",
        "hostname",
        "time_zone",
        "local_ip",
        "public_ip",
        "location",
        "screenshot",
    ):
        assert f'"{field}":' in shown.stdout
    with Image.open(laptop_with_screen.folder / "wfhagent-preview.webp") as screenshot:
        assert screenshot.size == (1280, 720)
    assert site.rows(ALL_HEARTBEATS) == site.rows(ALL_LOGS) == []


def test_a_laptop_without_a_screen_says_so_in_its_log(site: Site, laptop: Laptop):
    site.start_server()
    sent = laptop.run("send", "log")

    assert sent.returncode == 0, sent.stderr
    assert "Screenshot: no_display" in sent.stdout
    (log,) = site.rows(ALL_LOGS)
    assert (log["screenshot_status"], log["screenshot_path"]) == ("no_display", None)


def test_doctor_finds_nothing_wrong_on_a_sound_machine(site: Site, laptop_with_screen: Laptop):
    site.start_server()
    laptop_with_screen.run("enroll")

    findings = {
        finding["what"]: finding
        for finding in json.loads(laptop_with_screen.run("doctor", "--json").stdout)
    }

    assert set(findings) == {
        "configuration",
        "plugins",
        "disk",
        "agent",
        "time zone",
        "outbox",
        "keyring",
        "enrollment",
        "proxy",
        "name",
        "server",
        "token",
        "clock",
        "screenshot",
    }
    assert [what for what, finding in findings.items() if not finding["ok"]] == []
