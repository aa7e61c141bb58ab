"""The dashboard of a server that may start before it is built."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from wfhserver.api.pages.dashboard import AnyPage, Dashboard
from wfhserver.api.pages.headers import PLAIN_PAGE

_PAGE: Final = Path(__file__).with_name("unbuilt.html")
_HEADERS: Final = {**PLAIN_PAGE, "Retry-After": "2"}
_FOUND: Final = "wfhserver.late_route"


class LateDashboard:
    """The dashboard in *folder*. Until it is there, a page says so and reloads itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[BaseRoute] = [AnyPage("/{path:path}", _not_built)]
        self._built: list[BaseRoute] | None = None

    @property
    def is_built(self) -> bool:
        """Tell whether the dashboard is there now."""
        return self.routes_now() is self._built

    def routes(self) -> list[BaseRoute]:
        """Return the routes; the last answers at any address, so nothing may come after it."""
        return self.routes_now() if self.is_built else [_LateRoute(self)]

    def routes_now(self) -> list[BaseRoute]:
        """Return what answers now: the dashboard, or the page that waits for it."""
        if self._built is None and (dashboard := Dashboard.built_in(self._folder)) is not None:
            self._built = dashboard.routes()
        return self._waiting if self._built is None else self._built


class _LateRoute(BaseRoute):
    """Looks for the dashboard at each request, until it is there."""

    def __init__(self, dashboard: LateDashboard) -> None:
        self._dashboard = dashboard

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        for route in self._dashboard.routes_now():
            match, child = route.matches(scope)
            if match is not Match.NONE:
                return match, {**child, _FOUND: route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[_FOUND].handle(scope, receive, send)


async def _not_built(_: Request) -> Response:
    return HTMLResponse(_PAGE.read_text(encoding="utf-8"), status_code=503, headers=_HEADERS)
