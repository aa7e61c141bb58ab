"""What detailed logs with screenshots cost the heartbeats beside them, with thumbnails and without.

One worker over the embedded PostgreSQL; a process sends logs with pictures of 1600x900 one after
the other, far more than a company of 100,000 does, and another one heartbeats over 8 connections.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

from agents import add_agents
from figures import Figure
from PIL import Image, ImageDraw
from running import running
from served import served

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.service import image_check
from wfhserver.testing import House, StillClock

ROUNDS = 5
SECONDS = 4
CONNECTIONS = 8
LOGGING = 1000
HERE = Path(__file__).parent


def figures() -> list[Figure]:
    """Measure both servers in turns."""
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        draw(folder / "picture.webp")
        cpu = _check_cost((folder / "picture.webp").read_bytes())
        with embedded_postgres(folder) as url:
            clock = StillClock()
            clock.time = SystemClock().now()
            house = House(folder, clock, url)
            house.prepare()
            rounds = [_round(house, number) for number in range(ROUNDS)]
    with_them, without, idle = (
        [statistics.median(each) for each in zip(*group, strict=True)]
        for group in zip(*rounds, strict=True)
    )
    note = "8 connections, beside logs without thumbnails"
    alone = f"{note}; with no logs at all {idle[1]:.1f} ms"
    return [
        Figure("logs.heartbeat_p99", with_them[1], without[1], 1.25, "ms", "lower", alone),
        Figure("logs.heartbeat_p50", with_them[0], without[0], 1.25, "ms", "lower", note),
        Figure("logs.picture_cpu", *cpu, 1.3, "ms of CPU", "lower", "the check without thumbnails"),
    ]


def _check_cost(content: bytes) -> tuple[float, float]:
    """Return the CPU milliseconds of looking at a picture, with a thumbnail made and without."""
    make = image_check._thumbnail_of  # noqa: SLF001 -- there is no setting for it
    costs: dict[bool, list[float]] = {True: [], False: []}
    for number in range(4 * ROUNDS):
        with_thumbnail = number % 2 == 0
        image_check._thumbnail_of = make if with_thumbnail else _none  # noqa: SLF001
        began = process_time()
        image_check.examined(content)
        costs[with_thumbnail].append((process_time() - began) * 1000)
    image_check._thumbnail_of = make  # noqa: SLF001
    return statistics.median(costs[True]), statistics.median(costs[False])


def _none(picture: Image.Image) -> bytes | None:
    del picture
    return None


def draw(file: Path) -> None:
    """Draw a screen with some windows and lines of text."""
    screen = Image.new("RGB", (1600, 900), "#224466")
    pen = ImageDraw.Draw(screen)
    for number in range(60):
        left, top = number * 37 % 1300, number * 53 % 700
        pen.rectangle((left, top, left + 300, top + 200), fill=(number * 4, 200, 255 - number * 4))
        for line in range(12):
            pen.text((left + 8, top + 8 + 15 * line), "Lorem ipsum dolor sit amet, " * 2, "black")
    screen.save(file, "WEBP", quality=50)


def _round(house: House, number: int) -> list[tuple[float, float]]:
    tokens = [
        add_agents(house, LOGGING, first=1 + (3 * number + part) * LOGGING) for part in range(3)
    ]
    with_them = _beside(house, tokens[0], logs=True)
    without = _beside(house, tokens[1], "no-thumbnails", logs=True)
    return [with_them, without, _beside(house, tokens[2], logs=False)]


def _beside(house: House, tokens: list[str], *options: str, logs: bool) -> tuple[float, float]:
    """Return the 50 and 99 % latency of heartbeats in ms."""
    folder, url = house.settings["data_directory"], house.url or ""
    lines = "\n".join(tokens)
    program = (str(HERE / "plain_worker.py"), *options)
    with served(folder, url, workers=1, program=program) as (_, port):
        command = [sys.executable, str(HERE / "load.py"), f"{port}", f"{CONNECTIONS}"]
        sending = ("log_sender.py", f"{port}", str(folder / "picture.webp"))
        with running(sending if logs else (), lines):
            done = subprocess.run(
                [*command, f"{SECONDS}", "1"],
                input=lines,
                capture_output=True,
                text=True,
                check=True,
            )
        found = json.loads(done.stdout)
        return found["p50"], found["p99"]
