"""GET /api/logs/{log_id}/screenshot and /thumbnail."""

from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.problem import NO_STORE
from wfhserver.logs.screenshot_views import ScreenshotViews, Shown

_BIGINT = 2**63 - 1
# A picture, whatever a browser may take it for.
_HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class PicturesEndpoint:
    """What was on the screen."""

    def __init__(self, viewing: ScreenshotViews, guard: Guard) -> None:
        self._viewing = viewing
        self._guard = guard

    async def screenshot(self, request: Request) -> Response:
        """Return the picture as it was sent; on record, with the reason if one is given."""
        user = await self._guard.user(request)
        log_id, reason = request.path_params["log_id"], query.text(request, "reason")
        return picture(await self._viewing.screenshot(user, log_id, reason))

    async def thumbnail(self, request: Request) -> Response:
        """Return the picture, small; on record, unless the list that holds it is."""
        user = await self._guard.user(request)
        on = query.number(request, "on", highest=_BIGINT)
        return picture(await self._viewing.thumbnail(user, request.path_params["log_id"], on))


def picture(shown: Shown) -> Response:
    """Return a picture that a browser does not keep, and takes for nothing else."""
    return Response(shown.content, media_type=shown.media_type, headers=_HEADERS)
