"""Asks the collectors of a heartbeat, in a thread each: cheap, and a hung one is left behind."""

import threading
from collections.abc import Callable
from typing import Any

from wfhagent.collect.reading import Reading, read
from wfhagent.plugin import Collector, Context

LIMIT_SECONDS = 2.0


class ThreadRunner:
    """Runs collectors of heartbeats. One that hangs is not asked again until it has returned."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._limit = limit_seconds
        self._hung: dict[str, threading.Thread] = {}

    def read(self, collector: Collector[Any], make_context: Callable[[], Context]) -> Reading:
        """Return what *collector* gave within the limit."""
        hung = self._hung.get(collector.name)
        if hung is not None and hung.is_alive():
            return Reading(failure="still running since an earlier heartbeat")
        results: list[Reading] = []
        thread = threading.Thread(
            target=lambda: results.append(read(collector, make_context())),
            name=f"collect-{collector.name}",
            daemon=True,
        )
        thread.start()
        thread.join(self._limit)
        if results:
            return results[0]
        self._hung[collector.name] = thread
        return Reading(failure=f"gave nothing within {self._limit:g} s")
