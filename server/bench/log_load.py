"""What benchmarks of logs share: a server with a screenshot to send, and heartbeats meanwhile."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.testing import StillClock, TestServer

CONNECTIONS = 8
LOAD = Path(__file__).with_name("load.py")


@contextmanager
def house_with_picture() -> Iterator[tuple[TestServer, Path]]:
    """Yield an empty server over the embedded PostgreSQL, at today's time, and a screenshot."""
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        picture = folder / "picture.webp"
        _draw(picture)
        with embedded_postgres(folder) as url:
            clock = StillClock()
            clock.time = SystemClock().now()
            house = TestServer(folder, clock, url)
            house.prepare()
            yield house, picture


def heartbeat_latency(port: int, tokens: list[str], seconds: float) -> dict[str, Any]:
    """Send single heartbeats over 8 connections; return the answer of `load.py`, times in ms."""
    done = subprocess.run(
        [sys.executable, str(LOAD), f"{port}", f"{CONNECTIONS}", f"{seconds}", "1"],
        input="\n".join(tokens),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _draw(file: Path) -> None:
    """Draw a screen with some windows and lines of text."""
    screen = Image.new("RGB", (1600, 900), "#224466")
    pen = ImageDraw.Draw(screen)
    for number in range(60):
        left, top = number * 37 % 1300, number * 53 % 700
        pen.rectangle((left, top, left + 300, top + 200), fill=(number * 4, 200, 255 - number * 4))
        for line in range(12):
            pen.text((left + 8, top + 8 + 15 * line), "Lorem ipsum dolor sit amet, " * 2, "black")
    screen.save(file, "WEBP", quality=50)
