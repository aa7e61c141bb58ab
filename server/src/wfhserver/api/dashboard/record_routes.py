"""Adds the routes that show what agents sent."""

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import record_operations as said
from wfhserver.api.dashboard.employee_operations import employee_operations
from wfhserver.api.dashboard.employees import EmployeesEndpoint
from wfhserver.api.dashboard.export_operations import export_operations, pdf_operations
from wfhserver.api.dashboard.exports import ExportsEndpoint
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.logs import LogsEndpoint
from wfhserver.api.dashboard.my_data import MyDataEndpoint, MySessionEndpoint
from wfhserver.api.dashboard.my_routes import add_my_routes
from wfhserver.api.dashboard.pdf_exports import PdfExportsEndpoint
from wfhserver.api.dashboard.pictures import PicturesEndpoint
from wfhserver.api.dashboard.presence import PresenceEndpoint
from wfhserver.api.dashboard.site import SiteEndpoint, site_operation
from wfhserver.days import RetentionCalendar
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.services import Services


def add_records(
    app: FastAPI,
    services: Services,
    guard: Guard,
    calendar: RetentionCalendar,
    agent_auth: AgentAuth,
) -> None:
    """Add every route under which people see what is on record of others."""
    clock = calendar.clock
    site = SiteEndpoint(services.is_sample, calendar)
    openapi.add(app, "GET /api/site", site.get, site_operation())
    presence = PresenceEndpoint(services.presence, guard, clock)
    openapi.add(app, "GET /api/presence", presence.get, said.presence_operation())
    _add_logs(app, LogsEndpoint(services.logs, services.places, guard, clock))
    _add_people(app, EmployeesEndpoint(services.employees, services.employee_days, guard, clock))
    _add_exports(app, ExportsEndpoint(services.csv_exports, guard))
    _add_pdf(app, PdfExportsEndpoint(services.pdf_exports, guard, clock))
    _add_pictures(app, PicturesEndpoint(services.screenshot_views, guard))
    mine = MySessionEndpoint(services.my_sessions, agent_auth, guard, clock)
    add_my_routes(app, mine, MyDataEndpoint(mine, services, clock))


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
