"""What the routes of agents work with: one of each in an app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.devices.enrollment import Enrollment
from wfhserver.devices.renaming import Renaming
from wfhserver.geoip.lookup import GeoIp
from wfhserver.logs.detailed_logs import DetailedLogs
from wfhserver.logs.uploads import Uploads
from wfhserver.metrics import Metrics
from wfhserver.schedules.agent_calendar import AgentCalendars
from wfhserver.setting_values import Proxy


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentServices:
    """What the routes of agents work with, but for the heartbeat."""

    clock: Clock
    agent_auth: AgentAuth
    enrollment: Enrollment
    renaming: Renaming
    uploads: Uploads
    logs: DetailedLogs
    metrics: Metrics
    geoip: GeoIp
    trusted_proxies: Sequence[Proxy]
    calendars: AgentCalendars


async def _services_of(request: Request) -> AgentServices:
    services: AgentServices = request.app.state.agents
    return services


Agents = Annotated[AgentServices, Depends(_services_of)]
