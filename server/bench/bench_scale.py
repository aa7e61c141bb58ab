"""What one request costs the deployment: CPU of nginx, the workers and PostgreSQL, and bytes.

The sizes in docs/scale.md are computed of these. The server is the one of docs/deploy-ubuntu.md,
typed into a folder. CPU is counted, not time: it does not matter what else the machine does.
"""

import importlib
import json
import os
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPSConnection
from io import BytesIO
from itertools import count
from pathlib import Path
from socket import create_connection
from typing import Any

from figures import Figure
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

AGENTS = 200
# nginx lets one address send so many at once, and 200 a second; a token forty.
HEARTBEATS = 1200
LOGS = 60
AT_ONCE = 8
IDLE_SECONDS = 10.0
DOMAIN = "wfh.example.com"
ADD_AGENTS = """
INSERT INTO employees (username, created_at)
SELECT 'user-' || n, now() FROM generate_series(1, {agents}) AS n;
INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                    enrolled_at)
SELECT gen_random_uuid(), employee_id, 'office', '', '', sha256(('wfha_' || username)::bytea),
       now()
  FROM employees WHERE username LIKE 'user-%';
INSERT INTO agent_presence (agent_id) SELECT agent_id FROM agents WHERE hostname = 'office'
"""
# Slot 0 takes as many as one likes; otherwise they are like any other.
MANY_LOGS = """
INSERT INTO employee_logs ("timestamp", received_at, agent_id, workday, slot, local_ip, public_ip,
                           location, screenshot, screenshot_path, screenshot_sha256, absent, extra)
SELECT now() + n * interval '1 ms', now(), l.agent_id, l.workday, 0, l.local_ip, l.public_ip,
       l.location, l.screenshot, l.screenshot_path, l.screenshot_sha256, l.absent, l.extra
  FROM (SELECT * FROM employee_logs WHERE slot = 1 LIMIT 1) AS l, generate_series(1, 20000) AS n
"""
BYTES_PER_LOG = """
SELECT sum(pg_total_relation_size(inhrelid)) / (SELECT count(*) FROM employee_logs)
  FROM pg_inherits WHERE inhparent = 'employee_logs'::regclass
"""


@contextmanager
def deployed(agents: int = AGENTS) -> Iterator[Any]:
    """Yield a machine that has gone through the page, with *agents* whose tokens are known."""
    module = importlib.import_module("server.tests.machine")
    with module.Machine(durable=True) as machine:
        for step, blocks in module.blocks_of_page().items():
            for block in blocks if step < 7 else []:  # noqa: PLR2004 -- of the page
                machine.type(block)
        machine.psql(ADD_AGENTS.format(agents=agents))
        yield machine


class Laptops:
    """Connections to one machine, eight at a time; new ones for each request, or kept."""

    def __init__(self, machine: Any, *, keeps: bool) -> None:
        self._trust = ssl.create_default_context(cafile=str(machine.root / "authority.pem"))
        self._port = machine.ports["https"]
        self._keeps = keeps

    def send(self, path: str, requests: list[tuple[dict[str, str], bytes]]) -> None:
        """Send every request of the list; RuntimeError when one is not taken."""
        parts = [requests[n::AT_ONCE] for n in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda part: self._send(path, part), parts))

    def _send(self, path: str, requests: list[tuple[dict[str, str], bytes]]) -> None:
        connection = self._connected()
        for headers, body in requests:
            connection.request("POST", path, body, {**headers, "Host": DOMAIN})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status not in (200, 201):
                raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
            if not self._keeps:
                connection.close()
                connection = self._connected()
        connection.close()

    def _connected(self) -> HTTPSConnection:
        connection = HTTPSConnection("127.0.0.1", self._port)
        plain = create_connection(("127.0.0.1", self._port))
        connection.sock = self._trust.wrap_socket(plain, server_hostname=DOMAIN)
        return connection


def cpu_of(machine: Any) -> dict[str, float]:
    """Return the CPU seconds that nginx, the workers and PostgreSQL have used."""
    parents, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        # Its own, and those of children that have ended.
        used[int(entry.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    roots = {
        "nginx": machine.systemd.main_pid("nginx"),
        "workers": machine.systemd.main_pid("wfhserver.service"),
        "PostgreSQL": machine.postgres_pid,
    }
    return {
        name: sum(cpu for pid, cpu in used.items() if root in _line_of(pid, parents))
        for name, root in roots.items()
    }


def _line_of(pid: int, parents: dict[int, int]) -> list[int]:
    line = [pid]
    while line[-1] in parents and parents[line[-1]] > 1:
        line.append(parents[line[-1]])
    return line


def microseconds(machine: Any, requests: int, work: Callable[[], None]) -> dict[str, float]:
    """Return what each part used per request while *work* sent so many, beyond its idling."""
    start, at_start = cpu_of(machine), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    before, at = cpu_of(machine), time.perf_counter()
    work()
    after, seconds = cpu_of(machine), time.perf_counter() - at
    idling = {name: (before[name] - start[name]) / (at - at_start) for name in after}
    return {
        name: (after[name] - before[name] - idling[name] * seconds) / requests * 1e6
        for name in after
    }


def heartbeats(
    numbers: Iterator[int], amount: int, *, agents: int = AGENTS, first: int = 0
) -> list[tuple[dict[str, str], bytes]]:
    """Return heartbeats of *agents* in turn, beginning with *first*."""
    made = []
    for n in range(first, first + amount):
        username = f"user-{n % agents + 1}"
        heartbeat = {"username": username, "hostname": "office", "status": "online",
                "timestamp": _now().isoformat(), "seq": next(numbers)}  # fmt: skip
        headers = {
            "Authorization": f"Bearer wfha_{username}",
            "Content-Type": "application/json",
        }
        made.append((headers, json.dumps(heartbeat).encode()))
    return made


def logs(amount: int) -> list[tuple[dict[str, str], bytes]]:
    """Return logs with a screenshot of 1920x1080, each of another agent."""
    out = BytesIO()
    # Noise in blocks: about as large, and as long to decode, as a screen full of text.
    noise = Image.effect_noise((480, 270), 60).resize((1920, 1080), Image.Resampling.NEAREST)
    noise.convert("RGB").save(out, "WEBP", quality=50, method=2)
    made = []
    for n in range(amount):
        username = f"user-{n + 1}"
        log = {"username": username, "hostname": "office", "timestamp": _now().isoformat(),
               "workday": f"{_now():%Y-%m-%d}", "slot": 1, "local_ip": "192.168.1.20",
               "public_ip": "203.0.113.7", "screenshot": {"status": "taken"},
               "location": {"country": "AT", "city": "Graz", "source": "server"}}  # fmt: skip
        body = b"".join(
            b"--x\r\nContent-Disposition: form-data; name=%s\r\nContent-Type: %s\r\n\r\n%s\r\n"
            % part
            for part in (
                (b'"log"', b"application/json", json.dumps(log).encode()),
                (b'"screenshot"; filename="s.webp"', b"image/webp", out.getvalue()),
            )
        )
        headers = {
            "Authorization": f"Bearer wfha_{username}",
            "Content-Type": "multipart/form-data; boundary=x",
        }
        made.append((headers, body + b"--x--\r\n"))
    return made


def _now() -> datetime:
    return datetime.now(UTC)


def figures() -> list[Figure]:
    """Measure and return the figures."""
    numbers = count(1)
    with deployed() as machine:
        new, persistent = Laptops(machine, keeps=False), Laptops(machine, keeps=True)
        persistent.send("/api/heartbeat", heartbeats(numbers, 200))
        sent = heartbeats(numbers, HEARTBEATS)
        each_new = microseconds(machine, HEARTBEATS, lambda: new.send("/api/heartbeat", sent))
        again = heartbeats(numbers, HEARTBEATS)
        each_persistent = microseconds(
            machine, HEARTBEATS, lambda: persistent.send("/api/heartbeat", again)
        )
        log_requests = logs(LOGS)
        each_log = microseconds(machine, LOGS, lambda: new.send("/api/log", log_requests))
        machine.psql(MANY_LOGS)
        size = float(machine.psql(BYTES_PER_LOG))
    heartbeat = sum(each_new.values())
    return [
        Figure(
            "scale.heartbeat", heartbeat, sum(each_persistent.values()), 6, "CPU µs", "lower",
            f"over a new TLS connection, against a kept one; {_parts(each_new)}"
            f" against {_parts(each_persistent)}",
        ),
        Figure(
            "scale.log", sum(each_log.values()), heartbeat, 200, "CPU µs", "lower",
            f"with a screenshot of {len(log_requests[0][1]) // 1000} kB, against a heartbeat;"
            f" {_parts(each_log)}",
        ),
        Figure(
            "scale.log_bytes", size, 81.7, 25, "bytes", "lower",
            "of a log in PostgreSQL, indexes included, against a heartbeat",
        ),
    ]  # fmt: skip


def _parts(each: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in each.items())
