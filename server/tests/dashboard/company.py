"""A few people at work, whose agents speak to the server as agents do."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw
from server.tests.fact_plugins import DISK

from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request

_EVERY = timedelta(minutes=5)
GRAZ = {
    "country": "AT",
    "city": "Graz",
    "latitude": 47.07,
    "longitude": 15.44,
    "accuracy_km": 20,
    "source": "geoip",
}


def screen(title: str) -> bytes:
    """Return an image that looks like a screen with a window of that name."""
    image = Image.new("RGB", (1600, 900), "#1d3b53")
    draw = ImageDraw.Draw(image)
    draw.rectangle((180, 90, 1420, 790), fill="#f4f6f8")
    draw.rectangle((180, 90, 1420, 130), fill="#d6dde4")
    draw.text((200, 100), title, fill="#20303c", font_size=22)
    for line in range(20):
        draw.rectangle(
            (220, 170 + 30 * line, 420 + 137 * line % 900, 180 + 30 * line), fill="#b9c6d1"
        )
    out = io.BytesIO()
    image.save(out, "WEBP", quality=40)
    return out.getvalue()


def at_work(server: TestServer, username: str, hostname: str, **fields: Any) -> str:
    """Enroll a device that has been online since 07:30 UTC until now, except for a break."""
    token = server.agent_token(username, hostname)
    start, pause = NOW - timedelta(hours=4.5), NOW - timedelta(hours=2)
    moments = [start + _EVERY * number for number in range(55)]
    heartbeats = [
        heartbeat_body(
            username=username,
            hostname=hostname,
            timestamp=moment.isoformat(),
            queued_seconds=(NOW - moment).total_seconds(),
            **fields,
        )
        for moment in moments
        if not pause <= moment < pause + timedelta(minutes=40)
    ]
    answer = server.request("POST", "/api/heartbeat", json=heartbeats, headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return token


def send_log(server: TestServer, token: str, image: bytes | None = None, **fields: Any) -> None:
    """Send a log; *fields* are those of the protocol, alice's where they are left out."""
    answer = server.request(
        "POST", "/api/log", **log_request(token, image, **{"location": GRAZ, **fields})
    )
    assert answer.status_code == 201, answer.text


def send_facts(
    server: TestServer, token: str, username: str, hostname: str, facts: dict[str, Any]
) -> None:
    """Send a heartbeat with *facts* of the plugin `disk`."""
    names = {"username": username, "hostname": hostname}
    sent = heartbeat_body(**names, plugins=[DISK], extra={"disk": facts})
    answer = server.request("POST", "/api/heartbeat", json=sent, headers=bearer(token))
    assert answer.status_code == 200, answer.text


def small_company(server: TestServer) -> None:
    """Alice and bob (in Lisbon) work today, carol has never been seen, dora was ill."""
    alice = at_work(server, "alice", "laptop-7")
    send_log(server, alice, screen("Offer for the hospital"), timestamp="2026-11-23T09:40:12Z")
    yesterday = {"workday": "2026-11-20", "timestamp": "2026-11-20T10:05:00Z"}
    send_log(server, alice, screen("Minutes"), **yesterday)
    lisbon = {"time_zone": "Europe/Lisbon"}
    bob = at_work(server, "bob", "laptop-8", health={"refused": 2, "settings": "a" * 64}, **lisbon)
    send_facts(server, alice, "alice", "laptop-7", {"encrypted": True, "free": 81_000_000_000})
    send_facts(server, bob, "bob", "laptop-8", {"encrypted": False, "free": 9_300_000_000})
    send_log(
        server,
        bob,
        username="bob",
        hostname="laptop-8",
        slot=1,
        location=None,
        absent={"location": "no GeoIP database is configured"},
        screenshot={"status": "locked"},
        **lisbon,
    )
    server.agent_token("carol", "laptop-9")
    dora = server.agent_token("dora", "laptop-10")
    missed = [{"workday": "2026-11-20", "slot": slot, "reason": "off or asleep"} for slot in (1, 2)]
    queued = timedelta(seconds=90_000)
    heartbeat = heartbeat_body(
        username="dora",
        hostname="laptop-10",
        missed=missed,
        timestamp=(NOW - queued).isoformat(),
        queued_seconds=queued.total_seconds(),
    )
    answer = server.request("POST", "/api/heartbeat", json=heartbeat, headers=bearer(dora))
    assert answer.status_code == 200, answer.text


def with_schedules(server: TestServer) -> None:
    """Add a schedule of the company, holidays, leave of alice, and a calendar that failed."""
    hours = '[{"begin": 540, "end": 1020}]'
    week = f"[{', '.join([hours] * 5)}, [], []]"
    for table, columns, values in (
        ("schedules", "valid_from, week", f"'2026-01-01', '{week}'"),
        ("holiday_regions", "country, region", "'AT', '9'"),
        ("holiday_changes", "day, is_holiday, name", "'2026-12-24', true, 'Christmas Eve'"),
        (
            "leave_feeds",
            "name, url, created_at, created_by, fetched_at, problem",
            "'HR', 'https://hr.example.com/', now(), 'user:anna', now(), 'It is away.'",
        ),
    ):
        server.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")
    server.execute(
        "INSERT INTO leave_ranges (employee_id, first_day, last_day)"
        " SELECT employee_id, '2026-12-01', '2026-12-02' FROM employees WHERE username = 'alice'"
    )
