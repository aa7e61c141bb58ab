"""Answers: JSON with the server's time, and errors as RFC 9457 problem documents."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.decode import refusal_of
from wfhserver.clock import Clock
from wfhserver.errors import (
    AgentRevokedError,
    BatchRejectedError,
    Code,
    DatabaseUnavailableError,
    Refusal,
    StorageFullError,
    StoreUnavailableError,
)

log = logging.getLogger(__name__)

HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "900"},
    503: {"Retry-After": "5"},
    # Somebody has to free space first.
    507: {"Retry-After": "60"},
}
# A device that sends too much waits for the answer: then it cannot ask again at once, and costs
# nothing meanwhile.
RATE_LIMIT_DELAY_SECONDS = 2.0
PROBLEM_TYPE = "application/problem+json"
# What shows people's data: kept by nobody, or by the browser that asks again before it shows it.
NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store"}
REVALIDATED: Mapping[str, str] = {"Cache-Control": "private, no-cache"}

STATUS: Mapping[Code, tuple[int, str]] = {
    Code.BODY_NOT_JSON: (400, "The body is not JSON"),
    Code.BODY_INCOMPLETE: (400, "The body is incomplete"),
    Code.TOKEN_MISSING: (401, "A token is missing"),
    Code.TOKEN_UNKNOWN: (401, "The token is unknown"),
    Code.TOKEN_REVOKED: (401, "The token is revoked"),
    Code.ENROLLMENT_TOKEN_INVALID: (401, "The enrollment token is invalid"),
    Code.ENROLLMENT_TOKEN_EXPIRED: (401, "The enrollment token has expired"),
    Code.ENROLLMENT_TOKEN_USED_UP: (401, "The enrollment token is used up"),
    Code.APPROVAL_PENDING: (403, "The device is waiting for approval"),
    Code.IDENTITY_CONFLICT: (403, "Another identity is enrolled"),
    Code.AGENT_BLOCKED: (403, "Blocked by an administrator"),
    Code.IDENTITY_UNCERTAIN: (403, "It is not certain whose device this is"),
    Code.SESSION_MISSING: (401, "Not signed in"),
    Code.MY_SESSION_MISSING: (401, "My data is closed"),
    Code.MY_LINK_UNKNOWN: (401, "The link is unknown"),
    Code.MY_LINK_USED: (401, "The link has been used"),
    Code.MY_LINK_EXPIRED: (401, "The link has expired"),
    Code.ACCOUNT_LINK_ENDED: (410, "The link does not work"),
    Code.LOGIN_FAILED: (401, "The sign-in failed"),
    Code.OIDC_FAILED: (401, "The sign-in through the provider failed"),
    Code.OIDC_UNAVAILABLE: (503, "The provider cannot be reached at the moment"),
    Code.SECOND_FACTOR_REQUIRED: (401, "A second factor is required"),
    Code.NOT_ALLOWED: (403, "This role is not allowed to do this"),
    Code.CSRF_FAILED: (403, "The request did not come from the dashboard"),
    Code.TOO_MANY_LOGINS: (429, "Too many attempts to sign in"),
    Code.CONFLICT: (409, "Conflict with existing data"),
    Code.NOT_FOUND: (404, "Not found"),
    Code.SCREENSHOT_MISSING: (404, "The screenshot is missing"),
    Code.METHOD_NOT_ALLOWED: (405, "Method not allowed"),
    Code.BODY_TOO_LARGE: (413, "The body is too large"),
    Code.UNSUPPORTED_MEDIA_TYPE: (415, "Unsupported media type"),
    Code.INVALID_FIELD: (422, "A field is invalid"),
    Code.SCREENSHOT_INVALID: (422, "The screenshot is invalid"),
    Code.OUTSIDE_RETENTION: (422, "The day is outside the retention period"),
    Code.TEST_LIMIT: (422, "Too many test logs"),
    # Too Early: an agent of any version keeps the log and tries again.
    Code.WORKDAY_AHEAD: (425, "The day has not begun"),
    Code.TOO_MANY_REQUESTS: (503, "Too many requests"),
    Code.RATE_LIMITED: (429, "Too many requests from this device"),
    Code.REQUEST_TIMEOUT: (408, "The request took too long to arrive"),
    Code.DATABASE_UNAVAILABLE: (503, "The database cannot be used at the moment"),
    Code.CLOCK_IMPLAUSIBLE: (503, "The server's clock cannot be right"),
    Code.SCREENSHOT_STORAGE_UNAVAILABLE: (503, "The screenshots cannot be stored at the moment"),
    Code.SCREENSHOT_STORAGE_FULL: (507, "No space left for screenshots"),
    Code.INTERNAL_ERROR: (500, "Internal error"),
}

_CODES: Mapping[type[Exception], Code] = {
    AgentRevokedError: Code.TOKEN_REVOKED,
    DatabaseUnavailableError: Code.DATABASE_UNAVAILABLE,
    StorageFullError: Code.SCREENSHOT_STORAGE_FULL,
    StoreUnavailableError: Code.SCREENSHOT_STORAGE_UNAVAILABLE,
}


def answer_of(clock: Clock, content: msgspec.Struct, *, status: int = 200) -> Response:
    """Return *content* as JSON with `server_time`."""
    body = with_time(msgspec.json.encode(content), clock)
    # Nearly all hold people's data or a token, and the others are small.
    return Response(body, status_code=status, headers=NO_STORE, media_type="application/json")


def with_time(body: bytes, clock: Clock) -> bytes:
    """Return an object of JSON, which has members, with `server_time` as a further one."""
    moment = msgspec.json.encode(clock.now())
    # Some bodies are megabytes: copied once.
    return b"".join((memoryview(body)[:-1], b',"server_time":', moment, b"}"))


def problem(clock: Clock, refusal: Refusal) -> Response:
    """Return the problem document of *refusal*."""
    status, title = STATUS[refusal.code]
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": refusal.detail,
        "code": refusal.code,
    }
    # Agents set their clocks by this time, so a time that cannot be right is left out.
    if refusal.code is not Code.CLOCK_IMPLAUSIBLE:
        document["server_time"] = clock.now()
    if refusal.field is not None:
        document["field"] = refusal.field
    headers = dict(HEADERS.get(status, {}))
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    return Response(
        msgspec.json.encode(document),
        status_code=status,
        headers=headers,
        media_type=PROBLEM_TYPE,
    )


def as_refusal(error: Exception) -> Refusal:
    """Return what the caller may know of *error*."""
    if isinstance(error, Refusal):
        return error
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), None)
    if code is not None:
        return Refusal(code, str(error))
    if isinstance(error, BatchRejectedError):
        # What can be wrong with a body was checked before: this is the server's own, such as a
        # day without its partition, and the agent does well to keep the entry.
        log.error("PostgreSQL refused rows: %s", error)
        return Refusal(Code.DATABASE_UNAVAILABLE, "The database did not take the rows.")
    if isinstance(error, RequestValidationError):
        return _of_parameter(error)
    if isinstance(error, HTTPException):
        return _of_framework(error)
    return Refusal(Code.INTERNAL_ERROR, "The server's log has the details. Try again later.")


def _of_parameter(error: RequestValidationError) -> Refusal:
    first = error.errors()[0]
    place, *where = first["loc"]
    refusal = refusal_of(first, where)
    if place == "path":
        # What cannot be the number of a thing is the address of none.
        return Refusal(Code.NOT_FOUND, f"This address does not exist. {refusal.detail}")
    return refusal


def _of_framework(error: HTTPException) -> Refusal:
    codes = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}
    return Refusal(codes.get(error.status_code, Code.INTERNAL_ERROR), error.detail)


class Problems:
    """Turns every exception into a problem document."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def handle(self, _: Request, error: Exception) -> Response:
        """Answer *error*; the framework writes unexpected ones into the journal."""
        refusal = as_refusal(error)
        if refusal.code is Code.RATE_LIMITED:
            await asyncio.sleep(RATE_LIMIT_DELAY_SECONDS)
        response = problem(self._clock, refusal)
        if isinstance(error, HTTPException) and error.headers is not None:
            response.headers.update(error.headers)
        return response
