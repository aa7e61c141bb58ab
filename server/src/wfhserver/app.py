"""The composition root: puts the parts together, once per process."""

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from wfhserver import background
from wfhserver.alerts.backup_check import BackupCheck
from wfhserver.alerts.server_checks import CertificateCheck, ServerChecks
from wfhserver.alerts.watch import AlertWatch
from wfhserver.api import health, metrics, openapi
from wfhserver.api.agents import calendar, enroll, log, rename, whereami
from wfhserver.api.agents.heartbeat import HEARTBEAT_PATH, HeartbeatEndpoint
from wfhserver.api.agents.services import AgentServices
from wfhserver.api.connections import Connections, connection_limit, raise_descriptor_limit
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.routers import ROUTERS
from wfhserver.api.known_query import with_known_query
from wfhserver.api.late_scim import SCIM_PATH, LateScim
from wfhserver.api.pages import Pages
from wfhserver.api.pages.dashboard import FOLDER
from wfhserver.api.pages.late_dashboard import LateDashboard
from wfhserver.api.problem import Problems
from wfhserver.api.server import Server
from wfhserver.api.urls import ApiUrls
from wfhserver.clock import Clock, SystemClock
from wfhserver.days import RetentionCalendar
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.devices.enrollment import Enrollment
from wfhserver.devices.renaming import Renaming
from wfhserver.errors import SettingsError, WfhserverError
from wfhserver.files import PRIVATE_UMASK, ensure_temporary_folder
from wfhserver.geoip.lookup import GeoIp
from wfhserver.getting_started.checklist import GettingStarted
from wfhserver.ingest import rate
from wfhserver.ingest.clock_check import ClockCheck
from wfhserver.ingest.group_commit import GroupCommit
from wfhserver.ingest.rate import RateLimit
from wfhserver.logging_setup import log_to_stderr
from wfhserver.logs.detailed_logs import DetailedLogs
from wfhserver.logs.uploads import Uploads
from wfhserver.metrics import Metrics
from wfhserver.monitoring.counts import Monitoring
from wfhserver.monitoring.readiness import Readiness
from wfhserver.presence.heartbeats import Heartbeats
from wfhserver.retention.run import Retention, RetentionResult, counts_of
from wfhserver.schedules.agent_calendar import AgentCalendars
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.opened import open_store
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.services import services_of
from wfhserver.settings import Settings, from_environment
from wfhserver.storage.interface import IngestStorage
from wfhserver.storage.postgres.storage import PostgresStorage

_GC_THRESHOLDS = (20_000, 20, 20)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """What the routes share and what lives as long as the process."""

    settings: Settings
    calendar: RetentionCalendar
    clock_check: ClockCheck
    storage: IngestStorage
    store: ScreenshotStore
    image_pool: ImagePool
    connections: Connections
    agent_auth: AgentAuth
    queue: GroupCommit
    geoip: GeoIp
    retention: Retention | None
    postgres: PostgresStorage | None
    metrics: Metrics
    monitoring: Monitoring
    certificate: CertificateCheck
    backup: BackupCheck

    @contextlib.asynccontextmanager
    async def lifespan(self, app: FastAPI, *, periodic_work: bool) -> AsyncIterator[None]:
        await self.storage.open()
        await self.clock_check.refresh()
        work = [self.queue.run(), *(self._periodic(app) if periodic_work else [])]
        tasks = [asyncio.create_task(each) for each in work]
        try:
            if self.postgres is not None and periodic_work:
                await app.state.services.presence.first_read()
            yield
        finally:
            await background.end(tasks)
            await self.image_pool.close()
            await self.storage.close()
            self.geoip.close()

    def _retention_ran(self, result: RetentionResult) -> None:
        self.metrics.retention(counts_of(result), self.calendar.clock.now())

    def _periodic(self, app: FastAPI) -> list[Coroutine[Any, Any, None]]:
        work = [self.clock_check.run()]
        if self.retention is not None:
            work.append(self.retention.run_hourly(self._retention_ran))
        if self.postgres is not None:
            work.append(app.state.services.presence.run())
            work.append(app.state.services.fact_alerts.run())
            work.append(app.state.services.leave_feeds.run())
            work.append(app.state.services.delivery.run())
            work.append(app.state.alert_watch.run())
            work.append(app.state.services.attendance_count.run())
            work.append(app.state.services.departures.run())
        return work


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    storage: IngestStorage | None = None,
    periodic_work: bool = True,
) -> Server:
    """Return the server as an ASGI application.

    A *clock* that is given is not compared with the database's. Without *storage* it is the
    PostgreSQL of `settings.database_url`, which must be set then: starting an embedded one is the
    command line's work. Without *periodic_work* it answers and stores, and does nothing by itself.
    Raises SettingsError.
    """
    parts = _parts(settings, clock, storage)
    problems = Problems(parts.calendar.clock)
    app = Server(
        title="wfhserver",
        description="What an agent says to the server; docs/protocol.md explains it.",
        lifespan=partial(parts.lifespan, periodic_work=periodic_work),
        redirect_slashes=False,
        openapi_url=None,
        exception_handlers={
            WfhserverError: problems.handle,
            HTTPException: problems.handle,
            RequestValidationError: problems.handle,
            Exception: problems.handle,
        },
    )
    app.state.clock = parts.calendar.clock
    app.connections = parts.connections
    _add_agent_routes(app, parts)
    if parts.postgres is not None:
        _add_dashboard(app, parts, parts.postgres)
    _add_other_routes(app, parts)
    return app


def create_app_from_environment() -> Server:
    """Return the server with the settings of the environment; what each worker starts with."""
    os.umask(PRIVATE_UMASK)
    settings = from_environment(os.environ)
    log_to_stderr(settings.log_format)
    ensure_temporary_folder(settings.data_directory.absolute())
    raise_descriptor_limit()
    app = create_app(settings)
    # What exists by now stays. A batch has almost no reference cycles, and searching for them
    # after every 700 new objects was a fifth of the cost of a heartbeat.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    return app


def _parts(settings: Settings, given: Clock | None, storage: IngestStorage | None) -> _Parts:
    store = open_store(settings)
    clock = given or SystemClock()
    calendar = RetentionCalendar(
        clock=clock, zone=settings.time_zone, retention_days=settings.retention_days
    )
    postgres = None
    if storage is None:
        storage = postgres = _postgres(settings)
    clock_check = ClockCheck(
        clock, storage.clock_evidence, storage.bound_last_seen, compares_database=given is None
    )
    metrics = Metrics()
    connections = Connections(metrics, connection_limit())
    calls = RateLimit(clock, burst=rate.CALL_BURST, per_second=rate.CALLS_PER_SECOND)
    return _Parts(
        settings=settings,
        calendar=calendar,
        clock_check=clock_check,
        storage=storage,
        store=store,
        image_pool=ImagePool(),
        agent_auth=AgentAuth(storage, calls, clock_check),
        connections=connections,
        queue=GroupCommit(
            storage,
            calendar,
            metrics,
            clock_check,
            connections.count,
            queue_limit=settings.heartbeat_queue,
        ),
        geoip=GeoIp(settings.geoip_file),
        retention=_retention(postgres, store, calendar, clock_check, settings),
        postgres=postgres,
        metrics=metrics,
        monitoring=_monitoring(postgres, metrics, clock_check, calendar, settings),
        certificate=CertificateCheck(settings.public_url, clock),
        backup=BackupCheck(settings.backup_directory, clock),
    )


def _monitoring(
    postgres: PostgresStorage | None,
    metrics: Metrics,
    clock_check: ClockCheck,
    calendar: RetentionCalendar,
    settings: Settings,
) -> Monitoring:
    count_agents = _no_agents if postgres is None else postgres.count_agents
    return Monitoring(metrics, calendar.clock, clock_check, count_agents, settings.grace)


def _retention(
    postgres: PostgresStorage | None,
    store: ScreenshotStore,
    calendar: RetentionCalendar,
    clock_check: ClockCheck,
    settings: Settings,
) -> Retention | None:
    """Return what deletes; None for a storage in memory, which forgets by itself."""
    if postgres is None:
        return None
    audit_days = settings.audit_retention_days
    return Retention(postgres.retention, store, calendar, clock_check, audit_days=audit_days)


async def _no_agents(_: datetime, __: datetime) -> dict[str, int]:
    """Count none: a storage that forgets has no fleet to tell of."""
    return {}


def _postgres(settings: Settings) -> PostgresStorage:
    if settings.database_url is None:
        raise SettingsError(
            "WFHSERVER_DATABASE_URL is not set. Set it, or start with `wfhserver serve`, which"
            " brings a PostgreSQL of its own."
        )
    return PostgresStorage(settings.database_url, connections=settings.database_connections)


def _add_agent_routes(app: Server, parts: _Parts) -> None:
    clock = parts.calendar.clock
    rate_limit = RateLimit(clock, burst=rate.HEARTBEAT_BURST, per_second=rate.HEARTBEATS_PER_SECOND)
    heartbeat = HeartbeatEndpoint(Heartbeats(parts.queue, clock, rate_limit), clock)
    app.heartbeat = heartbeat
    app.state.agents = AgentServices(
        clock=clock,
        agent_auth=parts.agent_auth,
        enrollment=Enrollment(parts.storage, parts.calendar, parts.clock_check),
        renaming=Renaming(parts.storage, clock),
        uploads=Uploads(RateLimit(clock, burst=rate.LOG_BURST, per_second=rate.LOGS_PER_SECOND)),
        logs=DetailedLogs(parts.storage, parts.store, parts.calendar, parts.clock_check),
        metrics=parts.metrics,
        geoip=parts.geoip,
        trusted_proxies=parts.settings.trusted_proxies,
        calendars=AgentCalendars(
            None if parts.postgres is None else parts.postgres.database,
            parts.calendar,
            only_in_working_hours=parts.settings.only_in_working_hours,
        ),
    )
    # The route answers other methods; what is asked for most does not come that far.
    app.router.routes.insert(0, Route(HEARTBEAT_PATH, heartbeat, methods=["POST"]))
    _add(app, enroll.router, rename.router, log.router, whereami.router, calendar.router)


def _add_dashboard(app: FastAPI, parts: _Parts, postgres: PostgresStorage) -> None:
    settings, calendar = parts.settings, parts.calendar
    services = services_of(postgres, parts.store, parts.image_pool, calendar, settings, ApiUrls())
    app.state.services = services
    app.state.guard = Guard(services.sessions, settings.trusted_proxies, settings.public_url)
    app.state.calendar = calendar
    app.state.retention = parts.retention
    app.state.getting_started = GettingStarted(
        postgres.database,
        calendar.clock,
        settings,
        parts.geoip,
        parts.certificate,
        parts.backup,
    )
    _add(app, *ROUTERS)
    scim = LateScim(services.make_scim, app.state.guard, settings.public_url)
    app.router.routes.append(Route(f"{SCIM_PATH}/{{path:path}}", scim, methods=scim.METHODS))


def _add_other_routes(app: FastAPI, parts: _Parts) -> None:
    readiness = Readiness(
        parts.storage, parts.store, parts.geoip, parts.calendar, parts.clock_check
    )
    app.state.readiness = readiness
    if parts.postgres is not None:
        app.state.alert_watch = _alert_watch(parts, parts.postgres, readiness)
    app.state.monitoring = parts.monitoring
    app.state.metrics_token = parts.settings.metrics_token
    _add(app, health.router, metrics.router)
    app.router.routes.append(
        Route("/openapi.json", with_known_query(openapi.Document(app).get, ()))
    )
    # The stub has nothing to show: it keeps no record.
    dashboard = None if parts.postgres is None else LateDashboard(FOLDER)
    pages = Pages(readiness, retention_days=parts.settings.retention_days, dashboard=dashboard)
    app.router.routes.extend(pages.routes())


def _alert_watch(parts: _Parts, postgres: PostgresStorage, readiness: Readiness) -> AlertWatch:
    settings, clock = parts.settings, parts.calendar.clock
    checks = ServerChecks(settings, readiness.report, parts.geoip, parts.certificate, parts.backup)
    zone, url = parts.calendar.zone, settings.public_url
    return AlertWatch(postgres.database, clock, checks, zone=zone, url=url)


def _add(app: FastAPI, *routers: APIRouter) -> None:
    # One flat list: a router within a router is looked through at each request.
    for router in routers:
        app.router.routes.extend(router.routes)
