"""GET /api/exports/logs.csv and heartbeats.csv: for people, and for programs with a key."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.logs import asked_of
from wfhserver.api.problem import NO_STORE
from wfhserver.exports.csv_exports import CsvExports, What
from wfhserver.models.users import Scope


class ExportsEndpoint:
    """What is on the screen, as a file."""

    def __init__(self, exports: CsvExports, guard: Guard) -> None:
        self._exports = exports
        self._guard = guard

    async def logs(self, request: Request) -> Response:
        """Return detailed logs as CSV."""
        return await self._csv(request, What.LOGS)

    async def heartbeats(self, request: Request) -> Response:
        """Return heartbeats as CSV."""
        return await self._csv(request, What.HEARTBEATS)

    async def _csv(self, request: Request, what: What) -> Response:
        user = await self._guard.user(request, scope=Scope.EXPORT)
        zone, reason = query.text(request, "zone"), query.text(request, "reason")
        found = await self._exports.begin(user, what, asked_of(request), zone, reason)
        headers = {
            **NO_STORE,
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
            "X-Rows": str(found.rows),
        }
        return StreamingResponse(found.pieces, media_type="text/csv", headers=headers)
