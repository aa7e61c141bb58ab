"""What a device that sends images built to be expensive costs all others.

One worker over the embedded PostgreSQL. Others send heartbeats over 8 connections, and logs with
screenshots one after the other, with and without 45 connections that attack.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from agents import add_agents
from bench_logs import draw
from figures import Figure
from running import last_line, running
from served import served

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.testing import House, StillClock

ROUNDS = 3
SECONDS = 8
CONNECTIONS = 8
BEATING = 100
LOGGING = 400
HERE = Path(__file__).parent


def figures() -> list[Figure]:
    """Measure the quiet and the attacked server in turns."""
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        draw(folder / "picture.webp")
        with embedded_postgres(folder) as url:
            clock = StillClock()
            clock.time = SystemClock().now()
            house = House(folder, clock, url)
            house.prepare()
            rounds = [
                [
                    _one(house, url, 2 * number, is_attacked=False),
                    _one(house, url, 2 * number + 1, is_attacked=True),
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


def _one(house: House, url: str, number: int, *, is_attacked: bool) -> tuple[float, float, float]:
    """Return the 99 % latencies of heartbeats and of logs in ms, and the worker's memory in MiB."""
    first = 1 + number * (BEATING + LOGGING + 1)
    beating, (attacker, *logging) = (
        add_agents(house, BEATING, first=first),
        add_agents(house, LOGGING + 1, first=first + BEATING),
    )
    folder: Path = house.settings["data_directory"]
    with served(folder, url, workers=1) as (worker, port):
        attack = ("bomb_sender.py", str(port), attacker) if is_attacked else ()
        with running(attack):
            sending = ("log_sender.py", str(port), str(folder / "picture.webp"))
            with running(sending, "\n".join(logging)) as logs:
                command = [sys.executable, str(HERE / "load.py"), f"{port}", f"{CONNECTIONS}"]
                done = subprocess.run(
                    [*command, f"{SECONDS}", "1"],
                    input="\n".join(beating),
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds = sorted(json.loads(last_line(logs)))
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    (memory,) = re.findall(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
    p99 = seconds[len(seconds) * 99 // 100] * 1000
    return json.loads(done.stdout)["p99"], p99, int(memory) / 1024
