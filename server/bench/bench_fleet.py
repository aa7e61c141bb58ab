"""A hundred thousand laptops at one server of two cores, and a morning of three times as many.

The server is the one of docs/deploy-ubuntu.md, typed into a folder: nginx with TLS, workers,
PostgreSQL that syncs. Laptops send when it is time, whether they are answered or not; they run on
the same machine, and their CPU is counted apart.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench_scale import cpu_of, deployed
from cpu import cpu_seconds
from figures import Figure
from fleet_sender import AGENTS, Phase

# A heartbeat in 300 seconds, two logs in ten hours at twice that rate.
HEARTBEATS, LOGS = AGENTS / 300, AGENTS * 2 / 36_000 * 2
PEAK = 3
WARM = Phase(seconds=10, heartbeats=HEARTBEATS / 3)
NEW = Phase(seconds=120, heartbeats=HEARTBEATS, logs=LOGS)
KEPT = Phase(seconds=60, heartbeats=HEARTBEATS, logs=LOGS, kept=3_000)
MORNING = Phase(seconds=20, heartbeats=PEAK * HEARTBEATS, logs=PEAK * LOGS)
AFTER = Phase(seconds=40, heartbeats=HEARTBEATS, logs=LOGS)
LATENCY_SECONDS = 0.25
# The promises.
CORES = 1.2
RECOVERY_SECONDS = 30.0


@dataclass(frozen=True)
class _Sent:
    """What became of a phase: the heartbeats by when they were due, and CPU in cores."""

    waits: list[tuple[float, float]]
    parts: dict[str, float]
    client: float

    @property
    def p99_ms(self) -> float:
        return sorted(wait for _, wait in self.waits)[len(self.waits) * 99 // 100] * 1000

    @property
    def cores(self) -> float:
        return sum(self.parts.values())


class _Sender:
    """The process of the laptops."""

    def __init__(self, machine: Any, process: subprocess.Popen[str], phases: list[Phase]) -> None:
        self._machine = machine
        self._process = process
        if process.stdin is not None:
            process.stdin.write("".join(json.dumps(asdict(each)) + "\n" for each in phases))
            process.stdin.close()

    def phase(self) -> _Sent:
        """Return the phase that ends next; RuntimeError when a request of it was not taken."""
        before, client = cpu_of(self._machine), cpu_seconds(self._process.pid)
        began = time.monotonic()
        line = self._process.stdout.readline() if self._process.stdout else ""
        seconds = time.monotonic() - began
        result = json.loads(line)
        if result["refused"]:
            raise RuntimeError(f"{len(result['refused'])}, such as {result['refused'][:3]}")
        used = cpu_of(self._machine)
        return _Sent(
            sorted(zip(result["due"], result["taken"], strict=True)),
            {name: (used[name] - before[name]) / seconds for name in used},
            (cpu_seconds(self._process.pid) - client) / seconds,
        )


def figures() -> list[Figure]:
    """Measure and return the figures."""
    phases = [WARM, NEW, KEPT, MORNING, AFTER]
    with deployed(AGENTS) as machine:
        command = [sys.executable, str(Path(__file__).parent / "fleet_sender.py")]
        command += [str(machine.ports["https"]), str(machine.root / "authority.pem")]
        # It takes the requests from other benchmarks.
        paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=paths) as process:
            sender = _Sender(machine, process, phases)
            sent = [sender.phase() for _ in phases]
        stored = int(machine.psql("SELECT count(*) FROM employee_heartbeats"))
    if stored != sum(len(each.waits) for each in sent):
        raise RuntimeError(f"{stored} heartbeats are stored, others were sent")
    _, new, kept, morning, after = sent
    rate = f"{HEARTBEATS:.0f} heartbeats and {LOGS:.0f} logs with screenshots a second"
    return [
        *_steady("fleet.new", new, f"{rate}, each over a new TLS connection"),
        *_steady("fleet.kept", kept, f"{rate}, heartbeats over kept connections"),
        Figure(
            "fleet.recovery", _recovery(morning, after), RECOVERY_SECONDS, 1.0, "s", "lower",
            f"after {MORNING.seconds:.0f} s of {PEAK} times as much, until no heartbeat waits"
            f" longer than {LATENCY_SECONDS * 1000:.0f} ms; p99 meanwhile {morning.p99_ms:.0f} ms",
        ),
    ]  # fmt: skip


def _steady(name: str, sent: _Sent, note: str) -> list[Figure]:
    parts = ", ".join(f"{part} {cores:.2f}" for part, cores in sent.parts.items())
    return [
        Figure(f"{name}.p99", sent.p99_ms, LATENCY_SECONDS * 1000, 1.0, "ms", "lower", note),
        Figure(
            f"{name}.cores", sent.cores, CORES, 1.0, "cores", "lower",
            f"{parts}; the laptops themselves {sent.client:.2f}",
        ),
    ]  # fmt: skip


def _recovery(morning: _Sent, after: _Sent) -> float:
    """Return the seconds from the end of the morning to the last heartbeat that waited long."""
    ends = [due + wait - MORNING.seconds for due, wait in morning.waits if wait > LATENCY_SECONDS]
    # The next phase begins when the last answer of the morning is here.
    began = max(0.0, max(due + wait for due, wait in morning.waits) - MORNING.seconds)
    ends += [began + due + wait for due, wait in after.waits if wait > LATENCY_SECONDS]
    return max([0.0, *ends])
