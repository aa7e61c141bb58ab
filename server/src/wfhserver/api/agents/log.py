"""A detailed log and its screenshot come in."""

from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.agents.services import Agents
from wfhserver.api.agents.token import AGENT_CODES, Token
from wfhserver.api.body import read_chunks, require_multipart
from wfhserver.api.declared import BODY_CODES, DeclaredRoute, refuses
from wfhserver.api.decode import decode
from wfhserver.api.documented import ref
from wfhserver.api.multipart import boundary_of, read_parts
from wfhserver.api.problem import answer_of
from wfhserver.errors import Code, Refusal
from wfhserver.logs.detailed_logs import LOG_LIMIT_BYTES, Delivery
from wfhserver.models.logs import LogOutcome
from wfhserver.payload import DetailedLog
from wfhserver.screenshots.image_check import IMAGE_LIMIT_BYTES

router = APIRouter(prefix="/api/log", tags=["agents"], route_class=DeclaredRoute)

_PART_LIMITS_BYTES = {"log": LOG_LIMIT_BYTES, "screenshot": IMAGE_LIMIT_BYTES}
# Boundaries and headers of the parts come on top.
_BODY_LIMIT_BYTES = LOG_LIMIT_BYTES + IMAGE_LIMIT_BYTES + 64 * 1024


class _Report(msgspec.Struct):
    screenshot: dict[str, Any]


_LOG = msgspec.json.Decoder(DetailedLog)
_REPORT = msgspec.json.Decoder(_Report)
# It is read piece by piece, so no type of a parameter says what it is.
_FORM = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": ref("DetailedLog"),
        "screenshot": {
            "type": "string",
            "format": "binary",
            "description": "WebP, PNG or JPEG; there if and only if the status is taken",
        },
    },
}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}


class StoredLog(msgspec.Struct, frozen=True):
    """Stored."""

    stored: bool


class UnstoredLog(msgspec.Struct, frozen=True):
    """Not stored: it already was, or its slot is taken."""

    stored: bool
    reason: LogOutcome


@router.post(
    "",
    status_code=201,
    response_model=StoredLog,
    responses={200: {"model": UnstoredLog}},
    openapi_extra={"requestBody": _BODY},
)
@refuses(
    *AGENT_CODES,
    *BODY_CODES,
    Code.IDENTITY_CONFLICT,
    Code.SCREENSHOT_INVALID,
    Code.OUTSIDE_RETENTION,
    Code.TEST_LIMIT,
    Code.WORKDAY_AHEAD,
    Code.SCREENSHOT_STORAGE_FULL,
    Code.SCREENSHOT_STORAGE_UNAVAILABLE,
    Code.TOO_MANY_REQUESTS,
)
async def log(token: Token, request: Request, services: Agents) -> Response:
    """Store a detailed log and its screenshot; two of a person, host and workday are kept."""
    boundary = boundary_of(require_multipart(request.headers))
    agent = await services.agent_auth.agent_of(token)
    async with services.uploads.place(agent) as turn:
        chunks = read_chunks(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        parts = await read_parts(chunks, boundary, _PART_LIMITS_BYTES)
        outcome = await services.logs.take(agent, _delivery(parts), turn)
    services.metrics.log(outcome)
    if outcome is LogOutcome.STORED:
        return answer_of(services.clock, StoredLog(stored=True), status=201)
    return answer_of(services.clock, UnstoredLog(False, outcome))


def _delivery(parts: dict[str, bytes]) -> Delivery:
    if "log" not in parts:
        raise Refusal(Code.INVALID_FIELD, "The part log is required.", field="log")
    return Delivery(
        log=decode(_LOG, parts["log"]),
        report=decode(_REPORT, parts["log"]).screenshot,
        screenshot=parts.get("screenshot"),
    )
