"""Exports over HTTP from a real server, compared with psql."""

import re
import subprocess
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import asyncpg
from company import fill
from figures import Figure
from pdf_export import pdf_figures
from postgres import postgres
from served import served

from wfhserver.embedded.layout import find_layout
from wfhserver.settings import Settings
from wfhserver.testing import TestServer

PEOPLE = 5000
HEARTBEATS = 1_000_000
ROUNDS = 3
READ_BYTES = 1024 * 1024
FLAT_MB = 16.0
ADD_HEARTBEATS = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT $1::timestamptz + n * interval '1 ms', n, 1 FROM generate_series(1, $2::int) AS n
"""
COPY = """
COPY (SELECT e.username, a.hostname, h."timestamp", s.name
        FROM employee_heartbeats AS h JOIN agents AS a USING (agent_id)
        JOIN employees AS e USING (employee_id) JOIN heartbeat_statuses AS s USING (status))
TO STDOUT (FORMAT csv)
"""


class Site:
    """A server with a million heartbeats."""

    def __init__(self, server: TestServer, folder: Path, process: int, port: int) -> None:
        self.server = server
        self.process = process
        self.port = port
        self.psql = find_layout(folder, Settings().embedded_user).binaries / "psql"
        self.headers = server.signed_in()

    def export(self) -> tuple[float, float]:
        """Return the seconds that an export takes, and by how many MB the server grew meanwhile."""
        address = f"http://127.0.0.1:{self.port}/api/exports/heartbeats.csv"
        request = urllib.request.Request(address, headers=self.headers)
        before, peak, done = self.resident(), 0.0, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.05):
                peak = max(peak, self.resident())

        watcher = threading.Thread(target=watch)
        watcher.start()
        begun, lines = time.perf_counter(), 0
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- loopback
            while piece := answer.read(READ_BYTES):
                lines += piece.count(b"\n")
        taken = time.perf_counter() - begun
        done.set()
        watcher.join()
        if lines != HEARTBEATS + 1:
            raise RuntimeError(f"{lines} lines came")
        return taken, peak - before

    def yardstick(self) -> float:
        """Return the seconds that psql takes for the same rows, unguarded, in UTC."""
        begun = time.perf_counter()
        command = [str(self.psql), "-qX", "-c", COPY, self.server.url or ""]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun

    def resident(self) -> float:
        """Return the memory of the server in MB."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        (kilobytes,) = re.findall(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
        return int(kilobytes) / 1000


def figures() -> list[Figure]:
    """Measure in turns; the first round makes connections and plans."""
    with postgres(datetime.now(UTC)) as server:
        server.sql(_fill, server.clock.now())
        folder = server.settings["data_directory"]
        with served(folder, server.url or "", workers=1) as (process, port):
            site = Site(server, folder, process, port)
            site.export()
            rounds = [(*site.export(), site.yardstick()) for _ in range(ROUNDS)]
            pdf = pdf_figures(server, process, port)
    ours, grown, psql = zip(*rounds, strict=True)
    note = f"{HEARTBEATS:,} heartbeats with formula guard; psql COPY"
    return [
        Figure("exports.csv", median(ours), median(psql), 3.0, "s", "lower", note),
        Figure("exports.csv_memory", max(grown), FLAT_MB, 1.0, "MB more", "lower", "flat"),
        *pdf,
    ]


async def _fill(connection: asyncpg.Connection, now: datetime) -> None:
    await fill(connection, people=PEOPLE, days=0, now=now)
    for number in range(HEARTBEATS // PEOPLE):
        await connection.execute(ADD_HEARTBEATS, now - timedelta(seconds=300 * number), PEOPLE)
    await connection.execute("VACUUM (ANALYZE) employee_heartbeats")
