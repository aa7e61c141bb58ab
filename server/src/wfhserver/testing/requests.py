"""What agents send: headers, heartbeats, images and logs."""

import io
import json
from typing import Any

from PIL import Image

from wfhserver.testing.clock import NOW


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries *token*."""
    return {"Authorization": f"Bearer {token}"}


def heartbeat_body(**fields: Any) -> dict[str, Any]:
    """Return the least heartbeat of alice, with *fields* changed or added."""
    least = {
        "username": "alice",
        "hostname": "laptop-7",
        "status": "online",
        "timestamp": NOW.isoformat(),
    }
    return {**least, **fields}


def screenshot_bytes(kind: str = "WEBP", size: tuple[int, int] = (16, 9), **options: Any) -> bytes:
    """Return a made-up screenshot; *options* are Pillow's."""
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **options)
    return out.getvalue()


def log_request(token: str, image: bytes | None = None, **fields: Any) -> dict[str, Any]:
    """Return httpx's arguments for /api/log: alice's log with *fields* changed or added.

    With *image* it is slot 1 with a screenshot, otherwise slot 2 without one.
    """
    least = {
        "username": "alice",
        "hostname": "laptop-7",
        "timestamp": "2026-11-23T11:40:12Z",
        "workday": "2026-11-23",
        "slot": 2 if image is None else 1,
        "local_ip": "192.168.1.20",
        "public_ip": "203.0.113.7",
        "location": {"country": "AT", "city": "Graz"},
        "screenshot": {"status": "no_display" if image is None else "taken"},
    }
    files: dict[str, Any] = {"log": (None, json.dumps({**least, **fields}), "application/json")}
    if image is not None:
        files["screenshot"] = ("any name.webp", image, "image/webp")
    return {"headers": bearer(token), "files": files}
