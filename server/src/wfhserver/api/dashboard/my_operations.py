"""What the calls of employees who look at their own data take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.employee_operations import WORKDAY
from wfhserver.api.dashboard.operations import BODY_CODES, path_text, query_number
from wfhserver.api.operations import AGENT_CODES, json_body, problems, ref, success_of
from wfhserver.audit.log import PAGE_LIMIT
from wfhserver.employees.days import EmployeeDay, Looks
from wfhserver.employees.directory import Employee
from wfhserver.employees.my_sessions import Link
from wfhserver.errors import Code
from wfhserver.logs.pages import LogDetail
from wfhserver.models.users import MySession

_AGENT = (*AGENT_CODES, Code.IDENTITY_UNCERTAIN, Code.DATABASE_UNAVAILABLE)
_LINK = (
    Code.MY_LINK_UNKNOWN,
    Code.MY_LINK_USED,
    Code.MY_LINK_EXPIRED,
    Code.IDENTITY_UNCERTAIN,
)
_MINE = (Code.MY_SESSION_MISSING, Code.DATABASE_UNAVAILABLE)
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def my_session_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of the link and the session take and answer."""
    begun = {"200": success_of("Who looks; the cookie is set", MySession)}
    return {
        "LINK": {
            "summary": "A link with which this agent's user sees the own data, once",
            "operationId": "my_data_link",
            "tags": ["agents"],
            "security": [{"token": []}],
            "responses": {"201": success_of("The link", Link), **problems(_AGENT)},
        },
        "POST": {
            "summary": "Exchange the code of a link for a session",
            "operationId": "open_my_session",
            "tags": ["dashboard"],
            "security": [],
            "requestBody": json_body(ref("MyCode")),
            "responses": {
                **begun,
                **problems((*BODY_CODES, *_LINK, Code.CSRF_FAILED, Code.DATABASE_UNAVAILABLE)),
            },
        },
        "GET": _mine("my_session", "Who looks, and for how long yet?", begun),
        "DELETE": _mine(
            "end_my_session",
            "Close the page of the own data",
            {"204": {"description": "Closed"}},
            Code.CSRF_FAILED,
        ),
    }


def my_data_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/my-data take and answer."""
    log_id, missing = path_text("log_id"), (Code.NOT_FOUND, Code.SCREENSHOT_MISSING)
    pictures = dict.fromkeys(("image/webp", "image/png", "image/jpeg"), _BINARY)
    picture = {"200": {"description": "The picture", "content": pictures}}
    archive = {"200": {"description": "A zip", "content": {"application/zip": _BINARY}}}
    away = Code.SCREENSHOT_STORAGE_UNAVAILABLE
    return {
        "GET": _mine("my_data", "Whose machines, and which days", {"200": _of(Employee)}),
        "DAY": _mine(
            "my_day",
            "A day, whole, and who looked on it",
            {"200": _of(EmployeeDay)},
            Code.NOT_FOUND,
            Code.OUTSIDE_RETENTION,
            parameters=[WORKDAY],
        ),
        "LOOKS": _mine(
            "my_looks",
            "Who looked at anything of it",
            {"200": _of(Looks)},
            Code.INVALID_FIELD,
            parameters=[query_number("before", 2**63 - 1), query_number("limit", PAGE_LIMIT)],
        ),
        "LOG": _mine(
            "my_log", "One log", {"200": _of(LogDetail)}, Code.NOT_FOUND, parameters=[log_id]
        ),
        "SCREENSHOT": _mine(
            "my_screenshot", "As it was sent", picture, *missing, away, parameters=[log_id]
        ),
        "THUMBNAIL": _mine("my_thumbnail", "Small", picture, *missing, away, parameters=[log_id]),
        "ZIP": _mine("my_zip", "Everything; on record", archive, Code.NOT_FOUND, away),
    }


def _of(answer: Any) -> dict[str, Any]:
    return success_of("What is recorded", answer)


def _mine(
    operation_id: str,
    summary: str,
    answers: dict[str, Any],
    *codes: Code,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "summary": summary,
        "operationId": operation_id,
        "tags": ["dashboard"],
        "security": [{"my_session": []}],
        "parameters": parameters or [],
        "responses": {**answers, **problems((*_MINE, *codes))},
    }
