"""A PostgreSQL for a benchmark: embedded, durable, with the product's schema."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.testing import NOW, StillClock, TestServer

ROUNDS = 5


@contextmanager
def postgres(now: datetime = NOW) -> Iterator[TestServer]:
    """Yield what runs statements on it; its days lie around *now*.

    A server in a separate process has the real time, and needs days around it.
    """
    with tempfile.TemporaryDirectory(prefix="wfhserver-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with embedded_postgres(folder) as url:
            clock = StillClock()
            clock.time = now
            server = TestServer(folder, clock, url)
            server.prepare()
            yield server


async def milliseconds(connection: Any, sql: str, *arguments: Any) -> float:
    """Return the median time that PostgreSQL takes to find all rows, planning not counted."""
    statement = await connection.prepare(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
    times = []
    for _ in range(ROUNDS):
        plan = json.loads(await statement.fetchval(*arguments))
        times.append(float(plan[0]["Execution Time"]))
    return median(times)
