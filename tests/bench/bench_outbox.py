"""The outbox, compared with persist-queue as ActivityWatch's client uses it; entries are fsynced.

aw-client 0.5: `persistqueue.FIFOSQLiteQueue(path, multithreading=True, auto_commit=False)`, one
`put` per request, and one `get` and one `task_done` per answer.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import persistqueue
from figures import Figure

from wfhagent.outbox.entry import EntryKind
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Heartbeat, encode

ENTRIES = 1000
DRAIN_BATCH = 100
ROUNDS = 3
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEARTBEAT = Heartbeat(username="alice", hostname="laptop-7", status="online", timestamp=NOW)


def figures() -> list[Figure]:
    """Measure both queues in turn, and take the best round of each."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(_outbox(Path(folder)))
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(_persist_queue(Path(folder)))
    enqueue, drain = (max(rates) for rates in zip(*ours, strict=True))
    their_enqueue, their_drain = (max(rates) for rates in zip(*theirs, strict=True))
    return [
        # The agent enqueues only twelve entries per hour, so being a little slower is fine.
        Figure("outbox.enqueue", enqueue, their_enqueue, 0.8, "entries/s", note="one at a time"),
        Figure("outbox.drain", drain, their_drain, 15.0, "entries/s", note="in batches of 100"),
    ]


def _outbox(folder: Path) -> tuple[float, float]:
    with Outbox(folder / "outbox.sqlite3", now=NOW) as outbox:

        def enqueue() -> None:
            for _ in range(ENTRIES):
                outbox.add_heartbeat(HEARTBEAT)

        def drain() -> None:
            names = {"username": "alice", "hostname": "laptop-7"}
            while waiting := outbox.waiting(EntryKind.HEARTBEAT, limit=DRAIN_BATCH, **names):
                outbox.mark_sent([entry.id for entry in waiting], at=NOW, answer="stored")

        return _rate(enqueue), _rate(drain)


def _persist_queue(folder: Path) -> tuple[float, float]:
    queue = persistqueue.FIFOSQLiteQueue(str(folder), multithreading=True, auto_commit=False)
    entry = encode(HEARTBEAT)

    def enqueue() -> None:
        for _ in range(ENTRIES):
            queue.put(entry)

    def drain() -> None:
        for _ in range(ENTRIES):
            queue.get(block=False)
            queue.task_done()

    try:
        return _rate(enqueue), _rate(drain)
    finally:
        queue.close()


def _rate(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return ENTRIES / (time.perf_counter() - started)
