"""A few people at work, whose agents speak to the server as agents do."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw

from wfhserver.testing import NOW, TestServer, bearer, beat, log_request

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
    """Return a picture that looks like a screen with a window of that name."""
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


def at_work(house: TestServer, username: str, hostname: str, **fields: Any) -> str:
    """Enroll somebody who has been on since 07:30 UTC but for a break, now included."""
    token = house.agent_token(username, hostname)
    start, pause = NOW - timedelta(hours=4.5), NOW - timedelta(hours=2)
    moments = [start + _EVERY * number for number in range(55)]
    beats = [
        beat(
            username=username,
            hostname=hostname,
            timestamp=moment.isoformat(),
            queued_seconds=(NOW - moment).total_seconds(),
            **fields,
        )
        for moment in moments
        if not pause <= moment < pause + timedelta(minutes=40)
    ]
    answer = house.ask("POST", "/api/heartbeat", json=beats, headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return token


def send_log(house: TestServer, token: str, image: bytes | None = None, **fields: Any) -> None:
    """Send a log; *fields* are those of the protocol, alice's where they are left out."""
    answer = house.ask(
        "POST", "/api/log", **log_request(token, image, **{"location": GRAZ, **fields})
    )
    assert answer.status_code == 201, answer.text


def small_company(house: TestServer) -> None:
    """Alice and bob, who is in Lisbon, work today, carol has never been seen, dora was ill."""
    alice = at_work(house, "alice", "laptop-7")
    send_log(house, alice, screen("Offer for the hospital"), timestamp="2026-11-23T09:40:12Z")
    yesterday = {"workday": "2026-11-20", "timestamp": "2026-11-20T10:05:00Z"}
    send_log(house, alice, screen("Minutes"), **yesterday)
    lisbon = {"time_zone": "Europe/Lisbon"}
    bob = at_work(house, "bob", "laptop-8", health={"refused": 2}, **lisbon)
    send_log(
        house,
        bob,
        username="bob",
        hostname="laptop-8",
        slot=1,
        location=None,
        absent={"location": "no GeoIP database is configured"},
        screenshot={"status": "locked"},
        **lisbon,
    )
    house.agent_token("carol", "laptop-9")
    dora = house.agent_token("dora", "laptop-10")
    missed = [{"workday": "2026-11-20", "slot": slot, "reason": "off or asleep"} for slot in (1, 2)]
    said = beat(username="dora", hostname="laptop-10", missed=missed, queued_seconds=90_000)
    answer = house.ask("POST", "/api/heartbeat", json=said, headers=bearer(dora))
    assert answer.status_code == 200, answer.text
