"""What the calls of exports take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.operations import dashboard_operation, or_key, query_text
from wfhserver.api.dashboard.record_operations import FILTERS
from wfhserver.api.operations import success_of
from wfhserver.errors import Code
from wfhserver.exports.pdf_exports import PdfJob
from wfhserver.models.users import Scope

_OF_PEOPLE = FILTERS[:4]
_ZONE = query_text("zone")
_CODES = (Code.NOT_FOUND, Code.OUTSIDE_RETENTION, Code.TOO_MANY_REQUESTS)


def export_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/exports take and answer."""
    return {
        "LOGS": _csv("export_logs", "Detailed logs as CSV, oldest first", FILTERS),
        "HEARTBEATS": _csv("export_heartbeats", "Heartbeats as CSV, in any order", _OF_PEOPLE),
    }


def pdf_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of PDFs take and answer."""
    job_id: dict[str, Any] = {
        "name": "job_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    pdf = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "BEGIN": dashboard_operation(
            "begin_pdf",
            "Begin a PDF of detailed logs with thumbnails; on record",
            {"202": success_of("It is being made", PdfJob)},
            *_CODES,
            body="PdfOrder",
            changes=True,
        ),
        "STATUS": dashboard_operation(
            "pdf_progress",
            "How far an export is",
            {"200": success_of("The export", PdfJob)},
            parameters=(job_id,),
        ),
        "FILE": dashboard_operation(
            "pdf_file",
            "The PDF, until it expires",
            {"200": {"description": "The file", "content": pdf}},
            Code.SCREENSHOT_STORAGE_UNAVAILABLE,
            parameters=(job_id,),
        ),
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
