"""What a monitoring system is told."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from wfhserver.clock import Clock
from wfhserver.errors import DatabaseUnavailableError
from wfhserver.metrics import Metrics
from wfhserver.service.presence import limits

CountAgents = Callable[[datetime, datetime], Awaitable[dict[str, int]]]


class Monitoring:
    """Counts of the workers, and of the agents at this moment."""

    def __init__(
        self, metrics: Metrics, clock: Clock, count_agents: CountAgents, grace: timedelta
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._count_agents = count_agents
        self._grace = grace

    async def text(self) -> bytes:
        """Return everything in Prometheus' text format, also while the database is away."""
        at = limits(self._clock.now(), self._grace)
        try:
            agents = await self._count_agents(at.online, at.overdue)
        except DatabaseUnavailableError:
            return self._metrics.text(None)
        return self._metrics.text(agents)
