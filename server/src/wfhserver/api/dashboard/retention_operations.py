"""What the calls of retention and legal holds take and answer, as OpenAPI says it."""

from typing import Any

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard.operations import (
    MOMENT,
    TEXT,
    array,
    dashboard_operation,
    path_number,
    query_choice,
)
from wfhserver.api.dashboard.query import Preview
from wfhserver.api.dashboard.retention import RetentionEndpoint
from wfhserver.api.operations import success

_NUMBER = {"type": "integer"}
_COUNTS = {"type": "object", "additionalProperties": _NUMBER}
_RUN: dict[str, Any] = {"started_at": MOMENT, "ended_at": MOMENT, "counts": _COUNTS}
_HOLD = {
    "employee_id": _NUMBER,
    "username": TEXT,
    "held_since": MOMENT,
    "held_by": TEXT,
    "reason": TEXT,
}
_NOTHING = {"204": {"description": "Done"}}


def add_retention(app: FastAPI, retention: RetentionEndpoint) -> None:
    """Add the routes of retention and legal holds."""
    said, hold = hold_operations(), "/api/employees/{employee_id}/hold"
    openapi.add(app, "GET /api/retention", retention.get, retention_operation())
    openapi.add(app, f"PUT {hold}", retention.put, said["PUT"], status=204)
    openapi.add(app, f"DELETE {hold}", retention.delete, said["DELETE"], status=204)


def retention_operation() -> dict[str, Any]:
    """Return what GET /api/retention answers."""
    run = {"type": "object", "nullable": True, "properties": _RUN, "required": [*_RUN]}
    told = success(
        "What is kept and what is forgotten",
        retention_days=_NUMBER,
        audit_retention_days=_NUMBER,
        oldest_kept={"type": "string", "format": "date"},
        last_run=run,
        last_month=_COUNTS,
        holds=array(**_HOLD),
        preview={**_COUNTS, "nullable": True},
        problem={"type": "string", "nullable": True},
    )
    return dashboard_operation(
        "retention",
        "Settings, last run, counts of the last month, holds, and what would be forgotten now",
        {"200": told},
        parameters=(query_choice("preview", Preview),),
    )


def hold_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of a hold take and answer."""
    number = (path_number("employee_id"),)
    return {
        "PUT": dashboard_operation(
            "place_hold",
            "Keep everything of an employee through retention, or change the reason",
            _NOTHING,
            body="HoldReason",
            changes=True,
            parameters=number,
        ),
        "DELETE": dashboard_operation(
            "release_hold", "End a legal hold", _NOTHING, changes=True, parameters=number
        ),
    }
