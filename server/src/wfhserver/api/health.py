"""GET /healthz and /readyz, for supervisors and load balancers."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.monitoring.readiness import Readiness


class HealthEndpoints:
    """Alive, and able to store."""

    def __init__(self, readiness: Readiness, clock: Clock) -> None:
        self._readiness = readiness
        self._clock = clock

    async def healthz(self, _: Request) -> Response:
        """Answer while the process lives."""
        return answer(self._clock, 200, {"alive": True})

    async def readyz(self, _: Request) -> Response:
        """Tell whether heartbeats and logs can be stored at this moment."""
        report = await self._readiness.report()
        if not report.ready:
            parts = {
                Code.DATABASE_UNAVAILABLE: report.database,
                Code.CLOCK_IMPLAUSIBLE: report.clock,
                Code.SCREENSHOT_STORAGE_UNAVAILABLE: report.screenshots,
            }
            wrong = {code: each for code, each in parts.items() if each != "ok"}
            raise Refusal(next(iter(wrong)), " ".join(wrong.values()))
        return answer(self._clock, 200, msgspec.structs.asdict(report))
