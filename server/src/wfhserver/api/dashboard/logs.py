"""GET /api/logs, /api/logs/{log_id} and /api/places: detailed logs, one of them, their places."""

from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.problem import answer_of
from wfhserver.clock import Clock
from wfhserver.logs.filters import LogQuery, ScreenshotFilter
from wfhserver.logs.pages import PAGE_LIMIT, Kinds, LogPages, PageRequest
from wfhserver.logs.places import Places

_INT = 2**31 - 1
_PAGE = 50


class LogsEndpoint:
    """The page "Logs", and one log."""

    def __init__(self, pages: LogPages, places: Places, guard: Guard, clock: Clock) -> None:
        self._pages = pages
        self._places = places
        self._guard = guard
        self._clock = clock

    async def list(self, request: Request) -> Response:
        """Return a page, newest first; on record with everybody who is on it."""
        user = await self._guard.user(request)
        asked, kinds = asked_of(request), query.choice(request, "kind", Kinds) or Kinds.LOG
        which = PageRequest(
            kinds=kinds,
            token=query.long_text(request, "page"),
            limit=query.number(request, "limit", highest=PAGE_LIMIT, default=_PAGE) or _PAGE,
            reason=query.text(request, "reason"),
        )
        found = await self._pages.page(user, asked, which)
        return answer_of(self._clock, found)

    async def places(self, request: Request) -> Response:
        """Return the places of logs, to filter by."""
        user = await self._guard.user(request)
        return answer_of(self._clock, await self._places.list(user))

    async def get(self, request: Request) -> Response:
        """Return one log with everything of it; on record."""
        user = await self._guard.user(request)
        log_id, reason = request.path_params["log_id"], query.text(request, "reason")
        found = await self._pages.one(user, log_id, reason)
        return answer_of(self._clock, found)


def asked_of(request: Request) -> LogQuery:
    """Return the filters of the request."""
    return LogQuery(
        employee=query.text(request, "employee"),
        team=query.number(request, "team", highest=_INT),
        first=query.day(request, "from"),
        last=query.day(request, "to"),
        screenshot=query.choice(request, "screenshot", ScreenshotFilter) or ScreenshotFilter.ANY,
        place=query.text(request, "place"),
    )
