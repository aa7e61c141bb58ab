"""What detailed logs with screenshots cost the heartbeats beside them, with thumbnails and without.

One worker over the embedded PostgreSQL; a process sends logs with pictures of 1600x900 one after
the other, far more than a company of 100,000 does, and another one heartbeats over 8 connections.
"""

import statistics
from pathlib import Path
from time import process_time

from agents import add_agents
from figures import Figure
from log_load import heartbeat_latency, house_with_picture
from PIL import Image
from running import running
from served import served

from wfhserver.screenshots import image_check
from wfhserver.testing import TestServer

ROUNDS = 5
SECONDS = 4
LOGGING = 1000
HERE = Path(__file__).parent


def figures() -> list[Figure]:
    """Measure both servers in turns."""
    with house_with_picture() as (house, picture):
        cpu = _check_cost(picture.read_bytes())
        rounds = [_round(house, picture, number) for number in range(ROUNDS)]
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


def _round(house: TestServer, picture: Path, number: int) -> list[tuple[float, float]]:
    tokens = [
        add_agents(house, LOGGING, first=1 + (3 * number + part) * LOGGING) for part in range(3)
    ]
    with_them = _beside(house, tokens[0], picture)
    without = _beside(house, tokens[1], picture, "no-thumbnails")
    return [with_them, without, _beside(house, tokens[2], None)]


def _beside(
    house: TestServer, tokens: list[str], picture: Path | None, *options: str
) -> tuple[float, float]:
    """Return the 50 and 99 % latency of heartbeats in ms while logs with *picture* come in."""
    folder, url = house.settings["data_directory"], house.url or ""
    program = (str(HERE / "plain_worker.py"), *options)
    with served(folder, url, workers=1, program=program) as (_, port):
        sending = () if picture is None else ("log_sender.py", f"{port}", str(picture))
        with running(sending, "\n".join(tokens)):
            found = heartbeat_latency(port, tokens, SECONDS)
    return found["p50"], found["p99"]
