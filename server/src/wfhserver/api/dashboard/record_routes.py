"""Adds the routes that show what agents sent."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import record_operations as said
from wfhserver.api.dashboard.employee_operations import employee_operations
from wfhserver.api.dashboard.employees import EmployeesEndpoint
from wfhserver.api.dashboard.export_operations import export_operations, pdf_operations
from wfhserver.api.dashboard.exports import ExportsEndpoint
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.logs import LogsEndpoint
from wfhserver.api.dashboard.my_data import MyDataEndpoint, MySessionEndpoint, OwnData
from wfhserver.api.dashboard.my_routes import add_my_routes
from wfhserver.api.dashboard.pdf_exports import PdfExportsEndpoint
from wfhserver.api.dashboard.pictures import PicturesEndpoint
from wfhserver.api.dashboard.presence import PresenceEndpoint
from wfhserver.api.dashboard.site import SiteEndpoint, site_operation
from wfhserver.audit.log import Audit
from wfhserver.days import RetentionCalendar
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.employees.days import EmployeeDays
from wfhserver.employees.directory import Employees
from wfhserver.employees.my_sessions import MySessions
from wfhserver.exports.csv_exports import CsvExports
from wfhserver.exports.employee_export import EmployeeExport, Periods
from wfhserver.exports.pdf_exports import PdfExports
from wfhserver.logs.pages import LogPages
from wfhserver.logs.places import Places
from wfhserver.logs.screenshot_views import ScreenshotViews
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.postgres.connection import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """Where what is on record lies, and who may see it.

    *grace* is what a heartbeat may be late, *screenshots* what opens the store in another process.
    """

    database: Database
    store: ScreenshotStore
    image_pool: ImagePool
    guard: Guard
    calendar: RetentionCalendar
    grace: timedelta
    screenshots: str
    pdf_font: Path | None
    agent_auth: AgentAuth
    audit_days: int


def add_records(app: FastAPI, records: Records) -> None:
    """Add every route under which people see what is on record of others."""
    database, guard, calendar = records.database, records.guard, records.calendar
    audit = Audit(database, calendar.clock)
    pages = LogPages(database, audit, calendar)
    site = SiteEndpoint(database, calendar)
    openapi.add(app, "GET /api/site", site.get, site_operation())
    presence = PresenceEndpoint(database, guard, calendar, records.grace)
    openapi.add(app, "GET /api/presence", presence.get, said.presence_operation())
    places = Places(database, audit, calendar)
    _add_logs(app, LogsEndpoint(pages, places, guard, calendar.clock))
    people = Employees(database, calendar, records.grace)
    days = EmployeeDays(database, people, audit, calendar, records.grace)
    _add_people(app, EmployeesEndpoint(people, days, guard, calendar.clock))
    _add_exports(app, ExportsEndpoint(CsvExports(database, audit, calendar), guard))
    pdf = PdfExports(
        database,
        records.store,
        audit,
        calendar,
        place=records.screenshots,
        font=records.pdf_font,
    )
    _add_pdf(app, PdfExportsEndpoint(pdf, guard, calendar.clock))
    viewing = ScreenshotViews(pages, audit, records.store, records.image_pool)
    _add_pictures(app, PicturesEndpoint(viewing, guard))
    periods = Periods(calendar.retention_days, records.audit_days)
    export = EmployeeExport(database, records.store, calendar.clock, periods)
    own = OwnData(people=people, days=days, pages=pages, viewing=viewing, export=export)
    sessions = MySessions(database, audit, calendar.clock)
    mine = MySessionEndpoint(sessions, records.agent_auth, guard, calendar.clock)
    add_my_routes(app, mine, MyDataEndpoint(mine, own, calendar.clock))


def _add_exports(app: FastAPI, exports: ExportsEndpoint) -> None:
    operations = export_operations()
    openapi.add(app, "GET /api/exports/logs.csv", exports.logs, operations["LOGS"])
    openapi.add(
        app, "GET /api/exports/heartbeats.csv", exports.heartbeats, operations["HEARTBEATS"]
    )


def _add_pdf(app: FastAPI, exports: PdfExportsEndpoint) -> None:
    operations, one = pdf_operations(), "/api/exports/{job_id}"
    openapi.add(app, "POST /api/exports/pdf", exports.post, operations["BEGIN"], status=202)
    openapi.add(app, f"GET {one}", exports.get, operations["STATUS"])
    openapi.add(app, f"GET {one}/file", exports.file, operations["FILE"])


def _add_people(app: FastAPI, people: EmployeesEndpoint) -> None:
    operations, one = employee_operations(), "/api/employees/{employee_id}"
    openapi.add(app, "GET /api/employees", people.list, operations["LIST"])
    openapi.add(app, f"GET {one}", people.get, operations["GET"])
    openapi.add(app, f"GET {one}/days/{{workday}}", people.day, operations["DAY"])
    openapi.add(app, "GET /api/agents", people.agents, operations["AGENTS"])


def _add_logs(app: FastAPI, logs: LogsEndpoint) -> None:
    operations = said.log_operations()
    openapi.add(app, "GET /api/logs", logs.list, operations["LIST"])
    openapi.add(app, "GET /api/logs/{log_id}", logs.get, operations["GET"])
    openapi.add(app, "GET /api/places", logs.places, operations["PLACES"])


def _add_pictures(app: FastAPI, pictures: PicturesEndpoint) -> None:
    operations, one = said.picture_operations(), "/api/logs/{log_id}"
    openapi.add(app, f"GET {one}/screenshot", pictures.screenshot, operations["SCREENSHOT"])
    openapi.add(app, f"GET {one}/thumbnail", pictures.thumbnail, operations["THUMBNAIL"])
