"""POST /api/enroll."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token, read_body, require_json
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.enrollment import Enrolment
from wfhserver.payload import EnrolmentRequest

_BODY_LIMIT_BYTES = 16 * 1024
_DECODER = msgspec.json.Decoder(EnrolmentRequest)


class EnrollEndpoint:
    """Exchanges an enrolment token for an agent's own."""

    def __init__(self, enrolment: Enrolment, clock: Clock) -> None:
        self._enrolment = enrolment
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Exchange the enrolment token that IT hands out for the agent's own token."""
        token = bearer_token(request.headers)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        enrolled = await self._enrolment.enrol(token, decode(_DECODER, body))
        return answer(
            self._clock, 201, {"token": enrolled.token, "slots_taken": enrolled.slots_taken}
        )
