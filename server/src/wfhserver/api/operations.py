"""What each call of an agent takes and answers, as OpenAPI says it."""

from typing import Any

import msgspec

from wfhserver.api.problem import PROBLEM_TYPE, STATUS
from wfhserver.errors import Code
from wfhserver.models.logs import LogOutcome

REF = "#/components/schemas/{name}"
_BEARER: list[dict[str, list[str]]] = [{"token": []}]

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SLOTS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 2}}
_NOW = {"type": "string", "format": "date-time"}
_FACTS = {"type": "object", "additionalProperties": True}

AGENT_CODES = (
    Code.TOKEN_MISSING,
    Code.TOKEN_UNKNOWN,
    Code.TOKEN_REVOKED,
    Code.AGENT_BLOCKED,
    Code.RATE_LIMITED,
    Code.CLOCK_IMPLAUSIBLE,
)
_BODY_CODES = (
    Code.BODY_NOT_JSON,
    Code.BODY_INCOMPLETE,
    Code.REQUEST_TIMEOUT,
    Code.BODY_TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE,
    Code.INVALID_FIELD,
    Code.IDENTITY_CONFLICT,
    Code.DATABASE_UNAVAILABLE,
)


def ref(name: str) -> dict[str, Any]:
    """Return a reference to the schema *name*."""
    return {"$ref": REF.format(name=name)}


def enroll_operation() -> dict[str, Any]:
    """Return what POST /api/enroll takes and answers."""
    codes = (
        *_BODY_CODES,
        Code.TOKEN_MISSING,
        Code.TOKEN_REVOKED,
        Code.ENROLLMENT_TOKEN_INVALID,
        Code.ENROLLMENT_TOKEN_EXPIRED,
        Code.ENROLLMENT_TOKEN_USED_UP,
        Code.APPROVAL_PENDING,
        Code.IDENTITY_CONFLICT,
        Code.AGENT_BLOCKED,
        Code.CLOCK_IMPLAUSIBLE,
    )
    return {
        "summary": "Exchange the enrolment token for the agent's own",
        "security": _BEARER,
        "requestBody": json_body(ref("EnrolmentRequest")),
        "responses": {
            "201": success("The agent's own token", token=_TEXT, slots_taken=_SLOTS),
            **problems(codes),
        },
    }


def rename_operation() -> dict[str, Any]:
    """Return what POST /api/rename takes and answers."""
    return {
        "summary": "Give the device that asks another name; it stays the same agent",
        "security": _BEARER,
        "requestBody": json_body(ref("RenameRequest")),
        "responses": {
            "200": success("The name as it is stored", hostname=_TEXT),
            **problems((*_BODY_CODES, *AGENT_CODES)),
        },
    }


def heartbeat_operation() -> dict[str, Any]:
    """Return what POST /api/heartbeat takes and answers."""
    one = ref("Heartbeat")
    # The answer to a heartbeat with a workday says more.
    stored = success("Committed", accepted=_COUNT, duplicates=_COUNT)
    schema = stored["content"]["application/json"]["schema"]
    schema["properties"] |= {"slots_taken": _SLOTS, "retention_days": _COUNT}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": 1000}
    return {
        "summary": "Store one heartbeat, or an array of them",
        "description": "Answers after the commit. An array is stored as a whole or not at all.",
        "operationId": "heartbeat",
        "tags": ["agents"],
        "security": _BEARER,
        "requestBody": json_body({"anyOf": [one, many]}),
        "responses": {
            "200": stored,
            **problems((*_BODY_CODES, *AGENT_CODES, Code.TOO_MANY_REQUESTS)),
        },
    }


def log_operation() -> dict[str, Any]:
    """Return what POST /api/log takes and answers."""
    form = {
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
    codes = (
        Code.SCREENSHOT_INVALID,
        Code.OUTSIDE_RETENTION,
        Code.TEST_LIMIT,
        Code.WORKDAY_AHEAD,
        Code.SCREENSHOT_STORAGE_FULL,
        Code.SCREENSHOT_STORAGE_UNAVAILABLE,
        Code.TOO_MANY_REQUESTS,
    )
    stored = {"type": "boolean"}
    reasons = [LogOutcome.DUPLICATE, LogOutcome.SLOT_TAKEN]
    not_stored = {"stored": stored, "reason": {"type": "string", "enum": reasons}}
    return {
        "summary": "Store a detailed log and its screenshot",
        "security": _BEARER,
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": {
            "201": success("Stored", stored=stored),
            "200": success("Not stored: it already was, or its slot is taken", **not_stored),
            **problems((*_BODY_CODES, *AGENT_CODES, *codes)),
        },
    }


def whereami_operation() -> dict[str, Any]:
    """Return what GET /api/whereami answers."""
    return {
        "summary": "Tell what the server sees of the caller",
        "security": _BEARER,
        "responses": {
            "200": success(
                "What the server sees",
                public_ip={**_TEXT, "nullable": True},
                location={"allOf": [ref("Location")], "nullable": True},
                absent=_FACTS,
            ),
            **problems((*AGENT_CODES, Code.DATABASE_UNAVAILABLE)),
        },
    }


def healthz_operation() -> dict[str, Any]:
    """Return what GET /healthz answers."""
    return {"summary": "Alive?", "responses": {"200": success("Alive", alive={"type": "boolean"})}}


def readyz_operation() -> dict[str, Any]:
    """Return what GET /readyz answers."""
    ok = success(
        "Can store",
        ready={"type": "boolean"},
        **dict.fromkeys(("database", "screenshots", "geoip", "clock", "retention"), _TEXT),
    )
    codes = (
        Code.DATABASE_UNAVAILABLE,
        Code.CLOCK_IMPLAUSIBLE,
        Code.SCREENSHOT_STORAGE_UNAVAILABLE,
    )
    return {
        "summary": "Able to store?",
        "responses": {
            "200": ok,
            **problems(codes),
        },
    }


def metrics_operation() -> dict[str, Any]:
    """Return what GET /metrics answers."""
    content = {"text/plain": {"schema": _TEXT}}
    return {
        "summary": "Counts for monitoring, in Prometheus' text format",
        "description": "For programs of the server's own machine, or with WFHSERVER_METRICS_TOKEN.",
        "security": [{}, *_BEARER],
        "responses": {
            "200": {"description": "Counts", "content": content},
            **problems((Code.NOT_FOUND, Code.TOKEN_MISSING, Code.TOKEN_UNKNOWN)),
        },
    }


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a body of JSON that must be there."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def success(description: str, **properties: Any) -> dict[str, Any]:
    """Return an answer with these properties and the server's time."""
    schema = {
        "type": "object",
        "properties": {**properties, "server_time": _NOW},
        "required": [*properties, "server_time"],
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def success_of(description: str, answer: type[msgspec.Struct]) -> dict[str, Any]:
    """Return an answer that is *answer* and the server's time; `ANSWERS` must hold the type."""
    time = {"type": "object", "properties": {"server_time": _NOW}, "required": ["server_time"]}
    schema = {"allOf": [ref(answer.__name__), time]}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def problems(codes: tuple[Code, ...]) -> dict[str, Any]:
    """Return the answers that carry *codes*, by status."""
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(STATUS[code][0]), []).append(code)
    content = {PROBLEM_TYPE: {"schema": ref("Problem")}}
    return {
        status: {"description": ", ".join(f"`{code}`" for code in named), "content": content}
        for status, named in sorted(by_status.items())
    }


def problem_schema() -> dict[str, Any]:
    """Return the schema of every error."""
    required: dict[str, Any] = {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": {"type": "string", "enum": [str(code) for code in Code]},
    }
    return {
        "type": "object",
        "properties": {**required, "field": _TEXT, "server_time": _NOW},
        "required": list(required),
    }
