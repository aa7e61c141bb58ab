"""What a device that sends images built to be expensive costs all others.

One worker over the embedded PostgreSQL. Others send heartbeats over 8 connections, and logs with
screenshots one after the other, with and without 45 connections that attack.
"""

import json
import re
import statistics
from pathlib import Path

from agents import add_agents
from figures import Figure
from log_load import heartbeat_latency, server_with_screenshot
from running import last_line, running
from served import served

from wfhserver.testing import TestServer

ROUNDS = 3
SECONDS = 8
SENDING_HEARTBEATS = 100
LOGGING = 400


def figures() -> list[Figure]:
    """Measure the quiet and the attacked server in turns."""
    with server_with_screenshot() as (server, screenshot):
        rounds = [
            [
                _one(server, screenshot, 2 * number, is_attacked=False),
                _one(server, screenshot, 2 * number + 1, is_attacked=True),
            ]
            for number in range(ROUNDS)
        ]
    quiet, attacked = (
        [statistics.median(each) for each in zip(*group, strict=True)]
        for group in zip(*rounds, strict=True)
    )
    note = "of the others, while one device attacks over 45 connections"
    return [
        Figure("bombs.heartbeat_p99", attacked[0], quiet[0], 2.0, "ms", "lower", note),
        Figure("bombs.log_p99", attacked[1], quiet[1], 2.0, "ms", "lower", note),
        Figure(
            "bombs.memory", attacked[2], quiet[2], 1.5, "MiB", "lower", "largest RSS of the worker"
        ),
    ]


def _one(
    server: TestServer, screenshot: Path, number: int, *, is_attacked: bool
) -> tuple[float, float, float]:
    """Return the 99 % latencies of heartbeats and of logs in ms, and the worker's memory in MiB."""
    first = 1 + number * (SENDING_HEARTBEATS + LOGGING + 1)
    sending_heartbeats, (attacker, *logging) = (
        add_agents(server, SENDING_HEARTBEATS, first=first),
        add_agents(server, LOGGING + 1, first=first + SENDING_HEARTBEATS),
    )
    folder, url = server.settings["data_directory"], server.url or ""
    with served(folder, url, workers=1) as (worker, port):
        attack = ("bomb_sender.py", f"{port}", attacker) if is_attacked else ()
        sending = ("log_sender.py", f"{port}", str(screenshot))
        with running(attack), running(sending, "\n".join(logging)) as logs:
            latency = heartbeat_latency(port, sending_heartbeats, SECONDS)
            seconds = sorted(json.loads(last_line(logs)))
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    (memory,) = re.findall(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
    return latency["p99"], seconds[len(seconds) * 99 // 100] * 1000, int(memory) / 1024
