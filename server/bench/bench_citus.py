"""Heartbeats per second on Citus, compared with a PostgreSQL of the same cluster alone.

Only with WFHSERVER_TEST_CITUS=postgresql://USER@HOST:PORT/DATABASE; see wfhserver.testing.citus.
The server runs as in bench_ingest.py. Rounds of the two databases take turns, and the figures are
medians.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from figures import Figure
from load import run_accepted
from served import served

from wfhserver.storage.postgres.connection import Connection
from wfhserver.testing import StillClock, TestServer, citus

AGENTS = 1000
ROUNDS = 3
SECONDS = 5
SHARDS_PER_NODE = 4


def figures() -> list[Figure]:
    """Measure in turns; nothing without a coordinator."""
    if not citus.COORDINATOR:
        return []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        both = [
            stack.enter_context(_database(folder, name, distributed=distributed))
            for name, distributed in (("bench", True), ("alone", False))
        ]
        for port, tokens in both:
            _rate(port, tokens, 1)  # connections, plans and partitions are made
        rounds = [
            [_rate(port, tokens, each) for each in (1, 100) for port, tokens in both]
            for _ in range(ROUNDS)
        ]
    single, single_alone, hundred, hundred_alone = (
        statistics.median(each) for each in zip(*rounds, strict=True)
    )
    return [
        Figure("citus.single", single, single_alone, 0.4, "heartbeats/s", note="PostgreSQL alone"),
        Figure("citus.hundred", hundred, hundred_alone, 0.4, "heartbeats/s", note="in arrays"),
    ]


@contextmanager
def _database(folder: Path, name: str, *, distributed: bool) -> Iterator[tuple[int, str]]:
    """Serve with a database of its own; yield the port, and the tokens of the agents."""
    url = citus.make_database(name)
    server = TestServer(folder, StillClock(), url)
    server.prepare()
    if distributed:
        citus.distribute_tables(url, SHARDS_PER_NODE)
    else:
        server.sql(_without_citus)
    tokens = "\n".join(server.agent_token("bench", "bench") for _ in range(AGENTS))
    try:
        with served(folder, url, workers=2) as (_, port):
            yield port, tokens
    finally:
        citus.drop_database(name)


async def _without_citus(connection: Connection) -> None:
    await connection.execute("DROP EXTENSION citus CASCADE")


def _rate(port: int, tokens: str, each: int) -> float:
    return run_accepted(port, tokens, 64, SECONDS, each)["rate"]
