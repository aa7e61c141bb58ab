"""What benchmarks of logs share: a server with a screenshot to send, and heartbeats meanwhile."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from load import run_apart
from PIL import Image, ImageDraw

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.testing import StillClock, TestServer

CONNECTIONS = 8


@contextmanager
def server_with_screenshot() -> Iterator[tuple[TestServer, Path]]:
    """Yield an empty server over the embedded PostgreSQL, at today's time, and a screenshot."""
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        screenshot = folder / "picture.webp"
        _draw(screenshot)
        with embedded_postgres(folder) as url:
            clock = StillClock()
            clock.time = SystemClock().now()
            server = TestServer(folder, clock, url)
            server.prepare()
            yield server, screenshot


def heartbeat_latency(port: int, tokens: list[str], seconds: float) -> dict[str, float]:
    """Send single heartbeats over 8 connections; return the answer of `load.py`, times in ms."""
    return run_apart(port, "\n".join(tokens), CONNECTIONS, seconds, 1)


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
