"""What the calls of exports take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.operations import dashboard_operation, or_key, query_text
from wfhserver.api.dashboard.record_operations import FILTERS
from wfhserver.errors import Code
from wfhserver.storage.people import Scope

_OF_PEOPLE = FILTERS[:4]
_ZONE = query_text("zone")
_CODES = (Code.NOT_FOUND, Code.OUTSIDE_RETENTION, Code.TOO_MANY_REQUESTS)


def export_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/exports take and answer."""
    return {
        "LOGS": _csv("export_logs", "Detailed logs as CSV, oldest first", FILTERS),
        "HEARTBEATS": _csv("export_heartbeats", "Heartbeats as CSV, in any order", _OF_PEOPLE),
    }


def _csv(operation_id: str, summary: str, filters: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    rows = {"description": "How many rows follow", "schema": {"type": "integer"}}
    answer = {
        "description": "UTF-8 with BOM, RFC 4180, times in `zone`; no field is a formula",
        "headers": {"X-Rows": rows},
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
    operation = dashboard_operation(
        operation_id,
        f"{summary}; on record, with the reason if one is given",
        {"200": answer},
        *_CODES,
        parameters=(*filters, _ZONE, query_text("reason")),
    )
    return or_key(operation, Scope.EXPORT)
