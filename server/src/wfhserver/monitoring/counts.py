"""The figures for a monitoring system."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from wfhserver.clock import Clock
from wfhserver.errors import DatabaseUnavailableError
from wfhserver.ingest.clock_check import ClockCheck, deletion_problem
from wfhserver.metrics import Metrics, RetentionStatus
from wfhserver.presence.states import limits

CountAgents = Callable[[datetime, datetime], Awaitable[dict[str, int]]]


class Monitoring:
    """Counts of the workers, and of the agents at this moment."""

    def __init__(
        self,
        metrics: Metrics,
        clock: Clock,
        clock_check: ClockCheck,
        count_agents: CountAgents,
        grace: timedelta,
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._clock_check = clock_check
        self._count_agents = count_agents
        self._grace = grace

    async def text(self) -> bytes:
        """Return everything in Prometheus' text format, also while the database is away."""
        now = self._clock.now()
        at = limits(now, self._grace)
        evidence = await self._clock_check.refresh()
        upkeep = RetentionStatus(
            clock_ok=self._clock_check.problem is None,
            deletes=deletion_problem(now, evidence) is None,
            failed_steps=len(evidence.failures),
        )
        try:
            agents = await self._count_agents(at.online, at.overdue)
        except DatabaseUnavailableError:
            return self._metrics.text(None, upkeep)
        return self._metrics.text(agents, upkeep)
