"""GET /api/site: what every page must know, before somebody has signed in too."""

from collections.abc import Awaitable, Callable
from datetime import date
from importlib import metadata
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.operations import problems, success_of
from wfhserver.api.problem import answer_of
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code
from wfhserver.presence.rows import HEARTBEAT_INTERVAL


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """This server. *is_sample* says that people and pictures are made up, which pages must say.

    Days are the server's, in *zone*, from *oldest_kept* to *today*.
    """

    version: str
    is_sample: bool
    retention_days: int
    oldest_kept: date
    today: date
    zone: str
    heartbeat_seconds: int


class SiteEndpoint:
    """Nothing of anybody, so it needs no session."""

    def __init__(
        self, is_sample: Callable[[], Awaitable[bool]], calendar: RetentionCalendar
    ) -> None:
        self._is_sample = is_sample
        self._calendar = calendar

    async def get(self, _: Request) -> Response:
        """Return what this server is."""
        site = Site(
            version=metadata.version("wfhserver"),
            is_sample=await self._is_sample(),
            retention_days=self._calendar.retention_days,
            oldest_kept=self._calendar.oldest_kept(),
            today=self._calendar.today(),
            zone=str(self._calendar.zone),
            heartbeat_seconds=int(HEARTBEAT_INTERVAL.total_seconds()),
        )
        return answer_of(self._calendar.clock, site)


def site_operation() -> dict[str, Any]:
    """Return what GET /api/site answers."""
    return {
        "summary": "What every page must know; needs no session",
        "operationId": "site",
        "tags": ["dashboard"],
        "security": [],
        "responses": {
            "200": success_of("This server", Site),
            **problems((Code.DATABASE_UNAVAILABLE,)),
        },
    }
