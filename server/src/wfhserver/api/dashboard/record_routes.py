"""Adds the routes that show what agents sent."""

from datetime import timedelta

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import record_operations as said
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.presence import PresenceEndpoint
from wfhserver.days import Calendar
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import Database


def add_records(
    app: FastAPI, database: Database, guard: Guard, calendar: Calendar, settings: Settings
) -> None:
    """Add every route under which people see what is on record of others."""
    grace = timedelta(seconds=settings.presence_grace)
    presence = PresenceEndpoint(database, guard, calendar, grace)
    openapi.add(app, "GET /api/presence", presence.get, said.presence_operation())
