"""Heartbeats per second over HTTP, durable before the answer, compared with pgbench.

The server runs as `wfhserver serve --workers 2` over the embedded PostgreSQL with its durable
settings; another process makes the load, over persistent connections on loopback. Rounds of the
server and of pgbench take turns, and the figures are medians.
"""

import re
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cpu import cpu_seconds
from figures import Figure
from load import run_accepted
from served import served

from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.embedded.layout import find_layout
from wfhserver.settings import Settings
from wfhserver.testing import StillClock, TestServer

AGENTS = 1000
ROUNDS = 3
SECONDS = 5
SIMPLE = Path(__file__).with_name("simple_server.py")
P99_MS = 60.0
TABLES = """
CREATE TABLE bench_heartbeats ("timestamp" timestamptz, agent_id int, status smallint);
CREATE INDEX ON bench_heartbeats (agent_id, "timestamp");
CREATE TABLE bench_presence (agent_id int PRIMARY KEY, last_seen timestamptz, status smallint)
"""
ONE = r"""\set agent random(1, 1000)
WITH heartbeat AS (INSERT INTO bench_heartbeats VALUES (now(), :agent, 1))
INSERT INTO bench_presence VALUES (:agent, now(), 1)
ON CONFLICT (agent_id) DO UPDATE SET last_seen = excluded.last_seen, status = excluded.status;
"""
THOUSAND = """WITH heartbeats AS (
  INSERT INTO bench_heartbeats SELECT now(), n, 1 FROM generate_series(1, 1000) AS n
)
INSERT INTO bench_presence SELECT n, now(), 1 FROM generate_series(1, 1000) AS n
ON CONFLICT (agent_id) DO UPDATE SET last_seen = excluded.last_seen, status = excluded.status;
"""


class Bench:
    """A server and a PostgreSQL under measurement."""

    def __init__(
        self, folder: Path, url: str, pgbench: Path, server: tuple[int, int], tokens: str
    ) -> None:
        self.folder = folder
        self.url = url
        self.pgbench = pgbench
        self.server, self.port = server
        self.tokens = tokens

    def load(self, connections: int, each: int) -> dict[str, float]:
        """Return what came of one round of load."""
        return run_accepted(self.port, self.tokens, connections, SECONDS, each)

    def memory_mib(self) -> float:
        """Return the resident memory of the largest worker."""
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):  # It has ended since.
                lines = dict(
                    re.findall(r"^(PPid|VmRSS):\s+(\d+)", status.read_text(), re.MULTILINE)
                )
                if lines.get("PPid") == f"{self.server}":
                    found.append(int(lines["VmRSS"]) / 1024)
        return max(found)

    def cpu(self, server: int | None) -> float:
        """Return the CPU seconds of PostgreSQL with those of *server*, or of what was run here."""
        postmaster = self.folder / "postgres" / "cluster" / "postmaster.pid"
        used = cpu_seconds(int(postmaster.read_text().split()[0]))
        if server is not None:
            return used + cpu_seconds(server)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used + children.ru_utime + children.ru_stime

    def simple_p99(self) -> float:
        """Return the latency of the server that one writes first."""
        with served(self.folder, self.url, workers=2, program=(str(SIMPLE),)) as (_, port):
            simple = Bench(self.folder, self.url, self.pgbench, (0, port), self.tokens)
            simple.load(64, 1)
            return simple.load(64, 1)["p99"]

    def yardstick(self, script: str, clients: int) -> float:
        """Return the transactions per second of pgbench."""
        file = self.folder / "script.sql"
        file.write_text(script, encoding="utf-8")
        options = ["-n", "-M", "prepared", "-c", f"{clients}", "-j", "2", "-T", f"{SECONDS}"]
        done = subprocess.run(
            [str(self.pgbench), *options, "-f", str(file), self.url],
            capture_output=True,
            text=True,
            check=True,
        )
        (rate,) = re.findall(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        return float(rate)


def figures() -> list[Figure]:
    """Measure in turns."""
    with _bench() as bench:
        bench.load(256, 1)  # connections, plans and partitions are made; over 10,000 heartbeats
        memory_before = bench.memory_mib()
        rounds = [_round(bench) for _ in range(ROUNDS)]
        memory = bench.memory_mib()  # The backlogs alone were over a million.
    single, one, backlog, thousand, p99, simple, cpu, cpu_one = (
        statistics.median(each) for each in zip(*rounds, strict=True)
    )
    note = "pgbench single INSERT+UPSERT, 32 clients"
    both = "workers and PostgreSQL, compared with pgbench and PostgreSQL"
    latency = f"at 64 connections; one row per transaction takes {simple:.0f} ms"
    bound = max(P99_MS, simple / 2)
    return [
        Figure("ingest.single", single, one, 0.9, "heartbeats/s", note=note),
        Figure("ingest.backlog", backlog, thousand, 0.7, "heartbeats/s", note="rows of 1,000"),
        Figure("ingest.memory", memory, memory_before, 1.1, "MiB", "lower", "largest worker's RSS"),
        Figure("ingest.p99", p99, bound, 1.0, "ms", "lower", latency),
        Figure("ingest.cpu", cpu, cpu_one, 1.0, "µs CPU", "lower", both),
    ]


def _round(bench: Bench) -> tuple[float, ...]:
    used = -bench.cpu(bench.server)
    single = bench.load(256, 1)["rate"]
    used += bench.cpu(bench.server)
    by_pgbench = -bench.cpu(None)
    one = bench.yardstick(ONE, 32)
    by_pgbench += bench.cpu(None)
    backlog = bench.load(32, 100)["rate"]
    thousand = bench.yardstick(THOUSAND, 1) * 1000
    p99 = bench.load(64, 1)["p99"]
    simple = bench.simple_p99()
    return (
        *(single, one, backlog, thousand, p99, simple),
        used / (single * SECONDS) * 1e6,
        by_pgbench / (one * SECONDS) * 1e6,
    )


@contextmanager
def _bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with embedded_postgres(folder) as url:
            test_server = TestServer(folder, StillClock(), url)
            test_server.prepare()
            for statement in TABLES.strip().split(";"):
                test_server.execute(statement)
            tokens = "\n".join(test_server.agent_token("bench", "bench") for _ in range(AGENTS))
            layout = find_layout(folder, Settings().embedded_user)
            with served(folder, url, workers=2) as server:
                yield Bench(folder, url, layout.binaries / "pgbench", server, tokens)
