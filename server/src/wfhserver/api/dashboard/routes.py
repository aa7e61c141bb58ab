"""Adds the routes of the dashboard to the app."""

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import operations
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.session import SessionEndpoint
from wfhserver.clock import Clock
from wfhserver.service.passwords import Passwords
from wfhserver.service.sessions import Sessions
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import Database


def add_dashboard(app: FastAPI, database: Database, clock: Clock, settings: Settings) -> None:
    """Add every route that people use, with a session's cookie."""
    sessions = Sessions(database, clock, Passwords())
    guard = Guard(sessions, settings.trusted_proxies)
    _add_session(app, SessionEndpoint(sessions, guard, clock))


def _add_session(app: FastAPI, session: SessionEndpoint) -> None:
    said = operations.session_operations()
    openapi.add(app, "POST /api/session", session.post, said["POST"])
    openapi.add(app, "GET /api/session", session.get, said["GET"])
    openapi.add(app, "DELETE /api/session", session.delete, said["DELETE"], status=204)
