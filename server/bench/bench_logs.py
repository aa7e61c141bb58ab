"""How much detailed logs with screenshots slow down heartbeats, and what checking one costs.

One worker over the embedded PostgreSQL; one process sends logs with screenshots of 1600x900 one
after the other, far more than a company of 100,000 does; another sends heartbeats over 8
connections.
"""

import statistics
from collections.abc import Callable
from pathlib import Path
from time import process_time

from agents import add_agents
from figures import Figure
from log_load import heartbeat_latency, server_with_screenshot
from running import running
from served import served

from wfhserver.screenshots.image_check import check_image
from wfhserver.screenshots.image_thumbnail import make_thumbnail
from wfhserver.testing import TestServer

ROUNDS = 5
SECONDS = 4
LOGGING = 1000


def figures() -> list[Figure]:
    """Measure a server with logs and one without in turns."""
    with server_with_screenshot() as (server, screenshot):
        content = screenshot.read_bytes()
        rounds = [_round(server, screenshot, number) for number in range(ROUNDS)]
    with_logs, without = (
        [statistics.median(each) for each in zip(*group, strict=True)]
        for group in zip(*rounds, strict=True)
    )
    note = "8 connections, compared with no logs at all"
    check, thumbnail = _cpu_ms(check_image, content), _cpu_ms(make_thumbnail, content)
    decoded = "decoding it, which waits until somebody looks"
    return [
        Figure("logs.heartbeat_p99", with_logs[1], without[1], 2.0, "ms", "lower", note),
        Figure("logs.heartbeat_p50", with_logs[0], without[0], 2.0, "ms", "lower", note),
        Figure("logs.check_cpu", check, thumbnail, 0.1, "ms of CPU", "lower", decoded),
    ]


def _cpu_ms(work: Callable[[bytes], object], content: bytes) -> float:
    costs = []
    for _ in range(4 * ROUNDS):
        began = process_time()
        work(content)
        costs.append((process_time() - began) * 1000)
    return statistics.median(costs)


def _round(server: TestServer, screenshot: Path, number: int) -> list[tuple[float, float]]:
    tokens = [
        add_agents(server, LOGGING, first=1 + (2 * number + part) * LOGGING) for part in range(2)
    ]
    return [_latency(server, tokens[0], screenshot), _latency(server, tokens[1], None)]


def _latency(server: TestServer, tokens: list[str], screenshot: Path | None) -> tuple[float, float]:
    """Return the 50 and 99 % latency of heartbeats in ms while logs with *screenshot* come in."""
    folder, url = server.settings["data_directory"], server.url or ""
    with served(folder, url, workers=1) as (_, port):
        sending = () if screenshot is None else ("log_sender.py", f"{port}", str(screenshot))
        with running(sending, "\n".join(tokens)):
            found = heartbeat_latency(port, tokens, SECONDS)
    return found["p50"], found["p99"]
