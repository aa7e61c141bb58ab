"""What the calls of the audit take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.audit import Part
from wfhserver.api.dashboard.operations import (
    MOMENT,
    TEXT,
    array,
    dashboard_operation,
    or_key,
    query_choice,
    query_number,
    query_text,
)
from wfhserver.api.operations import AGENT_CODES, problems, success
from wfhserver.audit.log import PAGE_LIMIT
from wfhserver.errors import Code
from wfhserver.models.users import Scope

_NUMBER = {"type": "integer"}
_ROW: dict[str, Any] = {
    "audit_id": _NUMBER,
    "at": MOMENT,
    "actor": TEXT,
    "action": TEXT,
    "reason": {**TEXT, "nullable": True},
}
_NEXT = {**_NUMBER, "nullable": True, "description": "`before` of the next page; null: no more"}
_PAGING = (query_number("before", 2**63 - 1), query_number("limit", PAGE_LIMIT))


def audit_operation() -> dict[str, Any]:
    """Return what GET /api/audit takes and answers."""
    rows = array(
        **_ROW,
        details={"type": "object", "additionalProperties": True},
        employee_count=_NUMBER,
        employees=array(employee_id=_NUMBER, username={**TEXT, "nullable": True}),
    )
    further = (
        query_number("employee_id", 2**31 - 1),
        query_text("actor"),
        query_text("action"),
        query_text("person"),
        query_choice("as", Part),
    )
    operation = dashboard_operation(
        "audit",
        "Who did what, when, whose data, and why; newest first",
        {"200": success("A page", rows=rows, next_before=_NEXT)},
        parameters=(*_PAGING, *further),
    )
    return or_key(operation, Scope.AUDIT)


def mine_operation() -> dict[str, Any]:
    """Return what GET /api/audit/mine takes and answers."""
    codes = (
        *AGENT_CODES,
        Code.IDENTITY_UNCERTAIN,
        Code.INVALID_FIELD,
        Code.DATABASE_UNAVAILABLE,
    )
    return {
        "summary": "Who looked at my data? Asked with the agent's token; newest first",
        "operationId": "my_audit",
        "tags": ["agents"],
        "security": [{"token": []}],
        "parameters": [*_PAGING],
        "responses": {
            "200": success("A page", rows=array(**_ROW), next_before=_NEXT),
            **problems(codes),
        },
    }
