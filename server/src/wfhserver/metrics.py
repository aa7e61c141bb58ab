"""What is counted for monitoring, over all workers when they share a folder for it.

The folder is prometheus-client's own setting, PROMETHEUS_MULTIPROC_DIR: each worker writes its
counts there, and whichever is asked adds them up. Without it a worker tells its own only.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchReport:
    """One transaction of heartbeats; *longest_wait* is of the one that arrived first."""

    stored: int
    duplicates: int
    refused: int
    commit_seconds: float
    longest_wait_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionStatus:
    """Whether the clock can be believed, retention runs, and how much of its last run failed."""

    clock_ok: bool
    deletes: bool
    failed_steps: int


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._heartbeats = self._counter(
            "heartbeats", "Heartbeats by what became of them.", "outcome"
        )
        self._batch_size = self._histogram(
            "heartbeat_batch_size", "Heartbeats in one transaction.", _BATCH_SIZES
        )
        self._commit = self._histogram(
            "heartbeat_commit_seconds", "Length of a transaction of heartbeats.", _SECONDS
        )
        self._wait = self._histogram(
            "heartbeat_wait_seconds",
            "Longest time from arrival to commit in each transaction of heartbeats.",
            _SECONDS,
        )
        self._logs = self._counter("logs", "Detailed logs by what became of them.", "outcome")
        self._connections = self._counter(
            "connections_closed",
            "Connections that were closed because they were too many, or sent no whole request.",
            "reason",
        )
        self._retention = self._counter(
            "retention", "What retention made, deleted or found.", "what"
        )
        self._retention_at = Gauge(
            "wfhserver_retention_last_run_timestamp_seconds",
            "When retention last ran to its end.",
            registry=self._registry,
            multiprocess_mode="max",
        )

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(f"wfhserver_{name}", text, [label], registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"wfhserver_{name}", text, buckets=buckets, registry=self._registry)

    def batch(self, report: BatchReport) -> None:
        """Count a transaction that is committed."""
        for outcome in ("stored", "duplicates", "refused"):
            count = getattr(report, outcome)
            if count:
                self._heartbeats.labels(outcome).inc(count)
        self._batch_size.observe(report.stored + report.duplicates)
        self._commit.observe(report.commit_seconds)
        self._wait.observe(report.longest_wait_seconds)

    def not_taken(self, heartbeats: int, reason: str) -> None:
        """Count heartbeats that agents keep, for `queue_full`, `database` or `clock`."""
        self._heartbeats.labels(reason).inc(heartbeats)

    def log(self, outcome: str) -> None:
        """Count a detailed log by what became of it."""
        # The name under which duplicates have always been counted.
        self._logs.labels("duplicates" if outcome == "duplicate" else outcome).inc()

    def connections_closed(self, count: int, reason: str) -> None:
        """Count connections that were closed: *reason* is `limit` or `slow_request`."""
        self._connections.labels(reason).inc(count)

    def retention(self, counts: Mapping[str, int], at: datetime) -> None:
        """Count what one run of retention did."""
        for what, count in counts.items():
            self._retention.labels(what).inc(count)
        self._retention_at.set(at.timestamp())

    def text(self, agents: Mapping[str, int] | None, upkeep: RetentionStatus) -> bytes:
        """Return everything in Prometheus' text format; *agents* by state, None when unknown."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        of_now = CollectorRegistry()
        of_now.register(_DatabaseCollector(agents, upkeep))
        return generate_latest(registry) + generate_latest(of_now)


class _DatabaseCollector(Collector):
    """What is asked of the database at the moment of the scrape."""

    def __init__(self, agents: Mapping[str, int] | None, upkeep: RetentionStatus) -> None:
        self._agents = agents
        self._upkeep = upkeep

    def collect(self) -> list[Metric]:
        states = GaugeMetricFamily("wfhserver_agents", "Agents by state.", labels=["state"])
        for state, count in (self._agents or {}).items():
            states.add_metric([state], count)
        upkeep = self._upkeep
        return [
            _gauge("database_up", "1 when the database answers.", self._agents is not None),
            states,
            _gauge("clock_plausible", "0 while nothing is taken in by it.", upkeep.clock_ok),
            _gauge("retention_blocked", "1 while the clock forbids it.", not upkeep.deletes),
            _gauge(
                "retention_failed_steps",
                "Steps of the last run of retention that failed.",
                upkeep.failed_steps,
            ),
        ]


def _gauge(name: str, text: str, value: float) -> Metric:
    family = GaugeMetricFamily(f"wfhserver_{name}", text)
    family.add_metric([], value)
    return family
