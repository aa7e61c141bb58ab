"""What a monitoring system is told."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from wfhserver.clock import Clock
from wfhserver.errors import DatabaseUnavailableError
from wfhserver.metrics import Metrics

# A heartbeat comes every 300 s; one minute is for the way, two more may be missed.
ONLINE_FOR = timedelta(seconds=360)
OVERDUE_FOR = timedelta(seconds=900)

CountAgents = Callable[[datetime, datetime], Awaitable[dict[str, int]]]


class Monitoring:
    """Counts of the workers, and of the agents at this moment."""

    def __init__(self, metrics: Metrics, clock: Clock, count_agents: CountAgents) -> None:
        self._metrics = metrics
        self._clock = clock
        self._count_agents = count_agents

    async def text(self) -> bytes:
        """Return everything in Prometheus' text format, also while the database is away."""
        now = self._clock.now()
        try:
            agents = await self._count_agents(now - ONLINE_FOR, now - OVERDUE_FOR)
        except DatabaseUnavailableError:
            return self._metrics.text(None)
        return self._metrics.text(agents)
