"""POST /api/log."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token, read_chunks, require_multipart
from wfhserver.api.decode import decode
from wfhserver.api.multipart import boundary_of, read_parts
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.errors import Code, Refusal
from wfhserver.logs.detailed_logs import LOG_LIMIT_BYTES, Delivery, DetailedLogs
from wfhserver.logs.uploads import Uploads
from wfhserver.metrics import Metrics
from wfhserver.models.logs import LogOutcome
from wfhserver.payload import DetailedLog
from wfhserver.screenshots.image_check import PICTURE_LIMIT_BYTES

_PART_LIMITS_BYTES = {"log": LOG_LIMIT_BYTES, "screenshot": PICTURE_LIMIT_BYTES}
# Boundaries and headers of the parts come on top.
_BODY_LIMIT_BYTES = LOG_LIMIT_BYTES + PICTURE_LIMIT_BYTES + 64 * 1024


class _Report(msgspec.Struct):
    screenshot: dict[str, Any]


_LOG = msgspec.json.Decoder(DetailedLog)
_REPORT = msgspec.json.Decoder(_Report)


class LogEndpoint:
    """Takes in a detailed log and its screenshot."""

    def __init__(
        self,
        agent_auth: AgentAuth,
        uploads: Uploads,
        logs: DetailedLogs,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._agent_auth = agent_auth
        self._uploads = uploads
        self._logs = logs
        self._clock = clock
        self._metrics = metrics

    async def post(self, request: Request) -> Response:
        """Store a detailed log with its screenshot; two of a person, host and workday are kept."""
        token = bearer_token(request.headers)
        boundary = boundary_of(require_multipart(request.headers))
        agent = await self._agent_auth.agent_of(token)
        async with self._uploads.place(agent) as turn:
            chunks = read_chunks(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
            parts = await read_parts(chunks, boundary, _PART_LIMITS_BYTES)
            outcome = await self._logs.take(agent, _delivery(parts), turn)
        self._metrics.log(outcome)
        if outcome is LogOutcome.STORED:
            return answer(self._clock, 201, {"stored": True})
        return answer(self._clock, 200, {"stored": False, "reason": outcome})


def _delivery(parts: dict[str, bytes]) -> Delivery:
    if "log" not in parts:
        raise Refusal(Code.INVALID_FIELD, "The part log is required.", field="log")
    return Delivery(
        log=decode(_LOG, parts["log"]),
        report=decode(_REPORT, parts["log"]).screenshot,
        picture=parts.get("screenshot"),
    )
