"""Adds the routes that show what agents sent."""

from datetime import timedelta

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import record_operations as said
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.logs import LogsEndpoint
from wfhserver.api.dashboard.presence import PresenceEndpoint
from wfhserver.days import Calendar
from wfhserver.service.audit import Audit
from wfhserver.service.log_pages import LogPages
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import Database


def add_records(
    app: FastAPI, database: Database, guard: Guard, calendar: Calendar, settings: Settings
) -> None:
    """Add every route under which people see what is on record of others."""
    audit = Audit(database, calendar.clock)
    grace = timedelta(seconds=settings.presence_grace)
    presence = PresenceEndpoint(database, guard, calendar, grace)
    logs = LogsEndpoint(LogPages(database, audit, calendar), guard, calendar.clock)
    log = said.log_operations()
    openapi.add(app, "GET /api/logs", logs.list, log["LIST"])
    openapi.add(app, "GET /api/logs/{log_id}", logs.get, log["GET"])
    openapi.add(app, "GET /api/presence", presence.get, said.presence_operation())
