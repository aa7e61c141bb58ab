"""What each call of the dashboard takes and answers, as OpenAPI says it."""

from enum import StrEnum
from typing import Any, Final

from wfhserver.api.dashboard.guard import CSRF_HEADER
from wfhserver.api.operations import json_body, problems, ref, success
from wfhserver.errors import Code
from wfhserver.models.users import Role, Scope

TEXT: Final = {"type": "string"}
MOMENT: Final = {"type": "string", "format": "date-time"}
TEXTS: Final = {"type": "array", "items": TEXT}
ROLE: Final = {"type": "string", "enum": [str(role) for role in Role]}
BODY_CODES: Final = (
    Code.BODY_NOT_JSON,
    Code.BODY_INCOMPLETE,
    Code.REQUEST_TIMEOUT,
    Code.BODY_TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE,
    Code.INVALID_FIELD,
)
PAGE: Final = {
    "name": "page",
    "in": "query",
    "required": False,
    "schema": {**TEXT, "description": "`next_page` of the page before"},
}
# In the document no parameter, for clients set it from GET /api/session.
_CSRF_PARAMETER = {"name": CSRF_HEADER, "in": "header", "required": False, "schema": TEXT}


def dashboard_operation(
    operation_id: str,
    summary: str,
    answers: dict[str, Any],
    *codes: Code,
    body: str | None = None,
    changes: bool = False,
    parameters: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Return an operation that needs a session; *changes* says that it needs the CSRF token."""
    further: tuple[Code, ...] = (
        Code.SESSION_MISSING,
        Code.NOT_ALLOWED,
        Code.CSRF_FAILED,
        Code.DATABASE_UNAVAILABLE,
    )
    if body is not None:
        further = (*further, *BODY_CODES)
    elif any(each["in"] == "query" for each in parameters):
        further = (*further, Code.INVALID_FIELD)
    if any(each["in"] == "path" for each in parameters):
        further = (*further, Code.NOT_FOUND)
    operation: dict[str, Any] = {
        "summary": summary,
        "operationId": operation_id,
        "tags": ["dashboard"],
        "security": [{"session": []}],
        "responses": {**answers, **problems((*further, *codes))},
    }
    operation["parameters"] = [*parameters, *([_CSRF_PARAMETER] if changes else [])]
    if body is not None:
        operation["requestBody"] = json_body(ref(body))
    return operation


def or_key(operation: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return *operation* as one that a program with a key of *scope* may call as well."""
    responses = dict(operation["responses"])
    for status, said in problems((Code.TOKEN_MISSING, Code.TOKEN_UNKNOWN)).items():
        known = responses[status]["description"]
        responses[status] = {**said, "description": f"{known}, {said['description']}"}
    security = [*operation["security"], {f"key_{scope}": []}]
    return {**operation, "responses": responses, "security": security}


def session_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/session take and answer, by method."""
    told = success(
        "Who is signed in",
        username=TEXT,
        role=ROLE,
        teams=TEXTS,
        csrf_token=TEXT,
        expires_at=MOMENT,
    )
    signing_in = dashboard_operation(
        "sign_in",
        "Sign in",
        {"200": told},
        Code.LOGIN_FAILED,
        Code.SECOND_FACTOR_REQUIRED,
        Code.TOO_MANY_LOGINS,
        body="SignIn",
    )
    gone = {"204": {"description": "Signed out"}}
    return {
        "POST": {**signing_in, "security": []},
        "GET": dashboard_operation("who_am_i", "Who is signed in?", {"200": told}),
        "DELETE": dashboard_operation("sign_out", "Sign out", gone, changes=True),
    }


def query_number(name: str, highest: int) -> dict[str, Any]:
    """Return a parameter of the query that is a number from 1 on."""
    schema = {"type": "integer", "minimum": 1, "maximum": highest}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def query_text(name: str) -> dict[str, Any]:
    """Return a parameter of the query that is a text."""
    schema = {"type": "string", "maxLength": 255}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def query_day(name: str) -> dict[str, Any]:
    """Return a parameter of the query that is a date."""
    schema = {"type": "string", "format": "date"}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def query_choice(name: str, known: type[StrEnum]) -> dict[str, Any]:
    """Return a parameter of the query that is one of *known*."""
    schema = {"type": "string", "enum": [str(each) for each in known]}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def path_number(name: str) -> dict[str, Any]:
    """Return the number of a thing in the path."""
    schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def path_text(name: str) -> dict[str, Any]:
    """Return the name of a thing in the path."""
    return {"name": name, "in": "path", "required": True, "schema": {**TEXT, "maxLength": 64}}


def array(**properties: Any) -> dict[str, Any]:
    """Return the schema of a list of objects that have all of *properties*."""
    items = {"type": "object", "properties": properties, "required": [*properties]}
    return {"type": "array", "items": items}
