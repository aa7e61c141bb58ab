"""A month of a laptop in an outbox, as the agent would have recorded it."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded
from typing import Any

from PIL import Image

from wfhagent.outbox.bounds import Bounds
from wfhagent.outbox.entry import EntryKind
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Heartbeat, MissedSlot
from wfhagent.plugin import Attachment

NOW = datetime(2026, 11, 25, 13, 37, tzinfo=UTC)
NAMES: dict[str, Any] = {"username": "alice", "hostname": "laptop-7"}
KEEP = Bounds(keep_days=30, max_bytes=500_000_000, min_free_bytes=0)
HEALTH = {"queued_heartbeats": 0, "queued_logs": 0, "refused": 0, "size_bytes": 4_200_000}


def noise(number: int, side: int = 320) -> bytes:
    """Return an image of noise, which no format compresses."""
    noise = Random(number).randbytes(side * side // 2 * 3)
    stream = io.BytesIO()
    Image.frombytes("RGB", (side, side // 2), noise).save(stream, "WEBP", quality=80)
    return stream.getvalue()


def fill(
    file: Path,
    *,
    now: datetime = NOW,
    days: int = 30,
    around_the_clock: bool = True,
    side: int = 320,
) -> None:
    """Record *days* days up to *now*: heartbeats, two logs per working day, and what went wrong.

    The screenshots are *side* pixels wide: 320 make 35 kB, 560 make 100.
    """
    rng = Random(7)
    with Outbox(file, now=now) as outbox:
        # A month in one transaction per entry would take minutes.
        outbox._db.execute("PRAGMA synchronous = OFF")
        for back in range(days - 1, -1, -1):
            day = now.date() - timedelta(days=back)
            _heartbeats(outbox, day, now, rng, around_the_clock=around_the_clock)
            _logs(outbox, day, now, rng, side)
            _answer(outbox, day, now, late=rng.random() < 0.1)
        outbox.days.close(
            now.date() - timedelta(days=6),
            [MissedSlot(workday=now.date() - timedelta(days=6), slot=2, reason="off or asleep")],
        )


def _heartbeats(
    outbox: Outbox, day: date, now: datetime, rng: Random, *, around_the_clock: bool
) -> None:
    first, last = (0, 288) if around_the_clock else (96 + rng.randrange(12), 200)
    for number in range(first, last):
        at = _midnight(day) + timedelta(minutes=5 * number, seconds=rng.uniform(0, 20))
        at_lunch = not around_the_clock and 140 < number < 150
        if at < now and not at_lunch:
            outbox.add_heartbeat(
                Heartbeat(
                    **NAMES, status="online", timestamp=at, agent_version="0.1.0", health=HEALTH
                )
            )


def _logs(outbox: Outbox, day: date, now: datetime, rng: Random, side: int) -> None:
    for slot, hour in ((1, 9), (2, 14)) if day.weekday() < 5 else ():
        at = _midnight(day) + timedelta(hours=hour, minutes=rng.randrange(60))
        if at < now:
            data = noise(day.toordinal() * 2 + slot, side)
            shot = Attachment(name="screenshot", media_type="image/webp", data=data)
            outbox.add_log(log_of(day, slot, at), shot)


def _answer(outbox: Outbox, day: date, now: datetime, *, late: bool) -> None:
    """Let the server answer all of *day*; today's entries wait."""
    for kind in EntryKind if day != now.date() else ():
        for entry in outbox.waiting(kind, limit=1000, **NAMES):
            soon = entry.created_at + timedelta(seconds=2)
            at = _midnight(day) + timedelta(days=1, hours=3) if late else soon
            outbox.mark_sent([entry.id], at=at, answer="stored")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def log_of(day: date, slot: int, at: datetime) -> DetailedLog:
    return DetailedLog(
        **NAMES,
        timestamp=at,
        workday=day,
        slot=slot,
        local_ip="192.168.1.20",
        public_ip="203.0.113.7",
        location={"country": "AT", "city": "Graz", "latitude": 47.1, "longitude": 15.4},
        screenshot={"status": "taken", "width": 1600, "height": 900, "monitors": 1},
        extra={"network": {"interface": "wlan0"}},
    )
