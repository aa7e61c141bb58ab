"""The resident agent while nothing happens, compared with CPython and the same libraries.

Both are real processes, looked at over the same time: memory from `smaps_rollup`, CPU time and
voluntary context switches from `/proc`. The agent runs as it comes: it has enrolled with a receiver
over TLS and sends it a heartbeat every 300 s, two of which lie in the time that is measured; the
two logs of a day do not. What comes once is not multiplied to an hour: the start, and the first
heartbeat after memory was given back, which reads pages again, are over before the measurement.
Where no logind runs, tries to reach one are in the figures. Other Pythons on the machine
share pages with both and flatter them.
"""

import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from figures import Figure

from wfhagent.clock import SystemClock
from wfhserver.demo.certificate import make_certificate

RECEIVER = Path(__file__).parents[2] / "server_stub" / "receiver.py"

STARTED_SECONDS = 45
"""After this time memory was returned (`wfhagent.agent.run.STARTED_SECONDS`)."""
HEARTBEAT_SECONDS = 300
MEASURE_SECONDS = 2 * HEARTBEAT_SECONDS
YARDSTICK = "import httpx, pluggy, signal; httpx.Client(); signal.pause()"
AW_WATCHER_AFK_PSS_MIB = 29.1
"""ActivityWatch's aw-watcher-afk on such a machine: measured elsewhere, not in this run."""


@dataclass(frozen=True)
class Cost:
    """PSS in MiB, CPU seconds since the start, voluntary context switches since the start."""

    pss: float
    cpu: float
    switches: int


def figures() -> list[Figure]:
    """Let both run at the same time, and measure twice."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        agent = stack.enter_context(_process(_agent_command(folder, stack)))
        baseline = stack.enter_context(_process([sys.executable, "-c", YARDSTICK]))
        time.sleep(STARTED_SECONDS)  # noqa: TID251 -- the measurement is of doing nothing
        _await_heartbeat(folder / "arrivals")
        before, begun = _cost(agent), _heartbeats(folder / "arrivals")
        time.sleep(MEASURE_SECONDS)  # noqa: TID251
        after, other = _cost(agent), _cost(baseline)
        sent = _heartbeats(folder / "arrivals") - begun
    if sent != MEASURE_SECONDS // HEARTBEAT_SECONDS:
        raise RuntimeError(f"{sent} heartbeats were measured, which is not the usual rate")
    cpu_per_hour = (after.cpu - before.cpu) * 3600 / MEASURE_SECONDS
    switches = (after.switches - before.switches) * 60 / MEASURE_SECONDS
    return [
        Figure("idle.pss", after.pss, other.pss, 1.25, "MiB", "lower", "CPython, httpx, pluggy"),
        Figure(
            "idle.pss_aw_watcher",
            after.pss,
            AW_WATCHER_AFK_PSS_MIB,
            0.9,
            "MiB",
            "lower",
            "aw-watcher-afk, measured elsewhere",
        ),
        Figure("idle.cpu", cpu_per_hour, 0.3, 1.0, "CPU s per hour", "lower", "promised 0.3"),
        Figure("idle.wakeups", switches, 10.0, 1.0, "per minute", "lower", "promised 10"),
    ]


def _agent_command(folder: Path, stack: ExitStack) -> list[str]:
    """Start a receiver, and return what starts an agent that reports to it."""
    certificate = make_certificate(folder / "tls")
    port = _free_port()
    command = [sys.executable, str(RECEIVER), "--port", f"{port}", "--accept-token", "wfhe_idle"]
    tls = ["--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)]
    arrivals = stack.enter_context((folder / "arrivals").open("wb"))
    stack.enter_context(_process([*command, *tls], stdout=arrivals))
    while not _listens(port):
        time.sleep(0.1)  # noqa: TID251
    (folder / "agent.toml").write_text(
        f'[server]\nurl = "https://127.0.0.1:{port}"\nauth_token = "wfhe_idle"\n'
        f'ca_file = "{certificate.authority}"\n'
        f'[agent]\ndata_directory = "{folder}"\nkeyring = false\n'
        f'[plugins]\ndirectory = "{folder}/plugins"\n'
        f'[detailed_log]\nworking_days = ["{_another_day()}"]\n'
    )
    config = str(folder / "agent.toml")
    return [sys.executable, "-m", "wfhagent", "run", "--quiet", "--config", config]


def _another_day() -> str:
    """Return a weekday that is neither today nor tomorrow."""
    day = SystemClock().now().astimezone() + timedelta(days=3)
    return f"{day:%a}".lower()


def _await_heartbeat(arrivals: Path) -> None:
    """Return when the agent has sent its next heartbeat and dealt with the answer.

    Raises:
        RuntimeError: none came within its interval.
    """
    before = _heartbeats(arrivals)
    for _ in range(HEARTBEAT_SECONDS + 30):
        time.sleep(1)  # noqa: TID251
        if _heartbeats(arrivals) > before:
            time.sleep(15)  # noqa: TID251
            return
    raise RuntimeError(f"no heartbeat came in {HEARTBEAT_SECONDS} s: {arrivals.read_text()}")


def _heartbeats(arrivals: Path) -> int:
    """Return how many requests with heartbeats the receiver has logged."""
    return arrivals.read_text().count("heartbeats of agents")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _process(command: list[str], stdout: IO[bytes] | None = None) -> Iterator[int]:
    with subprocess.Popen(command, stdout=stdout) as process:
        yield process.pid
        process.terminate()


def _cost(pid: int) -> Cost:
    folder = Path("/proc") / str(pid)
    rollup = (folder / "smaps_rollup").read_text()
    (pss,) = re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    switches, nanoseconds = 0, 0
    for task in (folder / "task").iterdir():
        (found,) = re.findall(
            r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.MULTILINE
        )
        switches += int(found)
        nanoseconds += int((task / "schedstat").read_text().split()[0])
    return Cost(int(pss) / 1024, nanoseconds / 1e9, switches)
