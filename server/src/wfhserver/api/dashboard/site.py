"""What every page must know, before somebody has signed in too."""

from datetime import date
from importlib import metadata

import msgspec
from fastapi import APIRouter

from wfhserver.api.dashboard.services import Dashboard, ServerCalendar
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.presence.states import HEARTBEAT_INTERVAL

router = APIRouter(prefix="/api/site", tags=["dashboard"], route_class=DeclaredRoute)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """This server.

    *is_sample* says that people and screenshots are made up, which pages must say. Days are the
    server's, in *zone*, from *oldest_kept* to *today*.
    """

    version: str
    is_sample: bool
    retention_days: int
    oldest_kept: date
    today: date
    zone: str
    heartbeat_seconds: int


@router.get("")
@refuses(Code.DATABASE_UNAVAILABLE)
async def site(services: Dashboard, calendar: ServerCalendar) -> Site:
    """What every page must know; needs no session."""
    return Site(
        version=metadata.version("wfhserver"),
        is_sample=await services.is_sample(),
        retention_days=calendar.retention_days,
        oldest_kept=calendar.oldest_kept(),
        today=calendar.today(),
        zone=str(calendar.zone),
        heartbeat_seconds=int(HEARTBEAT_INTERVAL.total_seconds()),
    )
