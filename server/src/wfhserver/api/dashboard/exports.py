"""Exports: CSV for people and for programs with a key, and PDFs, which take a while."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from wfhserver.api.dashboard.files import attachment, file_answer
from wfhserver.api.dashboard.rights import AnyUser, Exporting, ReadingAttendance, ReadingFacts
from wfhserver.api.dashboard.services import Dashboard, ServerCalendar
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.attendance.query import AttendanceQuery
from wfhserver.errors import Code
from wfhserver.exports.csv_exports import CsvExport
from wfhserver.exports.pdf_exports import PdfJob
from wfhserver.facts.queries import FactQuery
from wfhserver.inputs import Text
from wfhserver.logs.filters import HeartbeatQuery, LogQuery

router = APIRouter(prefix="/api/exports", tags=["dashboard"], route_class=DeclaredRoute)

_CODES = (Code.NOT_FOUND, Code.OUTSIDE_RETENTION, Code.TOO_MANY_REQUESTS)
_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        **file_answer(
            "UTF-8 with BOM, RFC 4180, times in `zone`; no field is a formula", "text/csv"
        )[200],
        "headers": {
            "X-Rows": {"description": "How many rows follow", "schema": {"type": "integer"}}
        },
    }
}


class LogExport(LogQuery):
    """Which logs; *zone* is that of the times, *reason* goes on record."""

    zone: Text | None = None
    reason: Text | None = None


class HeartbeatExport(HeartbeatQuery):
    """Which heartbeats; *zone* is that of the times, *reason* goes on record."""

    zone: Text | None = None
    reason: Text | None = None


class FactExportQuery(FactQuery):
    """Which facts of which devices; *zone* is that of the times, *reason* goes on record."""

    zone: Text | None = None
    reason: Text | None = None


class AttendanceExportQuery(AttendanceQuery):
    """Whose device activity on which days; *reason* goes on record."""

    reason: Text | None = None


class PdfOrder(LogExport):
    """The same as a body."""


@router.get("/logs.csv", responses=_CSV)
@refuses(*_CODES)
async def export_logs(
    user: Exporting, query: Annotated[LogExport, Query()], services: Dashboard
) -> Response:
    """Detailed logs as CSV, oldest first; on record, with the reason if one is given."""
    return _stream(await services.csv_exports.begin(user, query, query.zone, query.reason))


@router.get("/heartbeats.csv", responses=_CSV)
@refuses(*_CODES)
async def export_heartbeats(
    user: Exporting, query: Annotated[HeartbeatExport, Query()], services: Dashboard
) -> Response:
    """Heartbeats as CSV, in any order; on record, with the reason if one is given."""
    return _stream(await services.csv_exports.begin(user, query, query.zone, query.reason))


@router.get("/facts.csv", responses=_CSV)
@refuses(*_CODES)
async def export_facts(
    user: ReadingFacts, query: Annotated[FactExportQuery, Query()], services: Dashboard
) -> Response:
    """The newest facts of devices as CSV; on record, with the reason if one is given."""
    return _stream(await services.csv_exports.begin(user, query, query.zone, query.reason))


@router.get("/attendance.csv", responses=_CSV)
@refuses(*_CODES)
async def export_attendance(
    user: ReadingAttendance, query: Annotated[AttendanceExportQuery, Query()], services: Dashboard
) -> Response:
    """Device activity by day as CSV, with the employee's local times; on record."""
    return _stream(await services.csv_exports.begin(user, query, None, query.reason))


@router.get("/attendance.pdf", responses=file_answer("The PDF", "application/pdf"))
@refuses(*_CODES)
async def export_attendance_pdf(
    user: AnyUser,
    query: Annotated[AttendanceExportQuery, Query()],
    services: Dashboard,
    calendar: ServerCalendar,
) -> Response:
    """Device activity by day as a PDF, with sums of weeks; on record."""
    content = await services.attendance_pdf.make(user, query, query.reason)
    headers = attachment(f"device-activity-{calendar.clock.now():%Y-%m-%d}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/pdf", status_code=202)
@refuses(*_CODES)
async def begin_pdf(user: AnyUser, order: PdfOrder, services: Dashboard) -> PdfJob:
    """Begin a PDF of detailed logs with thumbnails; on record."""
    return await services.pdf_exports.begin(user, order, order.zone, order.reason)


@router.get("/{job_id}")
async def pdf_progress(user: AnyUser, job_id: UUID, services: Dashboard) -> PdfJob:
    """How far an export is."""
    return await services.pdf_exports.status(user, job_id)


@router.get("/{job_id}/file", responses=file_answer("The PDF", "application/pdf"))
@refuses(Code.SCREENSHOT_STORAGE_UNAVAILABLE)
async def pdf_file(
    user: AnyUser, job_id: UUID, services: Dashboard, calendar: ServerCalendar
) -> Response:
    """The PDF, until it expires."""
    content = await services.pdf_exports.file(user, job_id)
    headers = attachment(f"logs-{calendar.clock.now():%Y-%m-%d}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


def _stream(found: CsvExport) -> Response:
    headers = {**attachment(found.file_name), "X-Rows": str(found.rows)}
    return StreamingResponse(found.pieces, media_type="text/csv", headers=headers)
