"""POST /api/exports/pdf, GET /api/exports/{job_id} and its file."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.decode import decode
from wfhserver.api.problem import NO_STORE, answer_of
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.exports.pdf_exports import PdfExports
from wfhserver.logs.filters import LogQuery, ScreenshotFilter
from wfhserver.payload import Name

_BODY_LIMIT_BYTES = 16 * 1024


class PdfOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The filters of a page of logs; *zone* for the times, *reason* for the record."""

    employee: Name | None = None
    team: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    first: date | None = msgspec.field(default=None, name="from")
    last: date | None = msgspec.field(default=None, name="to")
    screenshot: ScreenshotFilter = ScreenshotFilter.ANY
    place: Name | None = None
    zone: Name | None = None
    reason: Name | None = None


_DECODER = msgspec.json.Decoder(PdfOrder)


class PdfExportsEndpoint:
    """PDFs, which take a while."""

    def __init__(self, exports: PdfExports, guard: Guard, clock: Clock) -> None:
        self._exports = exports
        self._guard = guard
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Begin an export; on record."""
        user = await self._guard.user(request)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        order = decode(_DECODER, body)
        asked = LogQuery(
            employee=order.employee,
            team=order.team,
            first=order.first,
            last=order.last,
            screenshot=order.screenshot,
            place=order.place,
        )
        job = await self._exports.begin(user, asked, order.zone, order.reason)
        return answer_of(self._clock, job, status=202)

    async def get(self, request: Request) -> Response:
        """Return how far it is."""
        user = await self._guard.user(request)
        job = await self._exports.status(user, _job_id(request))
        return answer_of(self._clock, job)

    async def file(self, request: Request) -> Response:
        """Return the PDF."""
        user = await self._guard.user(request)
        content = await self._exports.file(user, _job_id(request))
        name = f"logs-{self._clock.now():%Y-%m-%d}.pdf"
        headers = {
            **NO_STORE,
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return Response(content, media_type="application/pdf", headers=headers)


def _job_id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["job_id"])
    except ValueError:
        raise Refusal(Code.NOT_FOUND, "This is no export. Begin one on the page of logs.") from None
