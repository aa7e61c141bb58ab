"""The pages for people: the dashboard, the state of the server, and the API in a browser.

No part of them comes from another host, and their Content-Security-Policy holds them to it.
"""

import html
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from swagger_ui_bundle import swagger_ui_path

from wfhserver.api.pages.headers import PLAIN_PAGE
from wfhserver.api.pages.late_dashboard import LateDashboard
from wfhserver.monitoring.readiness import Readiness

_FOLDER = Path(__file__).parent
# Of the package, whose own page would load a document from a foreign host.
_SWAGGER_FILES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_DOCS_HEADERS = {
    # Swagger UI sets styles on its elements and draws its icons from data addresses.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
}

_DASHBOARD = '<a href="/">sign in</a>'
_NOT_BUILT = "not built yet: <code>make demo</code> and <code>make dashboard</code> build it"
_NO_DASHBOARD = "not here: it needs PostgreSQL"


class Pages:
    """The dashboard where there is one, the state of the server and the API, for a browser."""

    def __init__(
        self, readiness: Readiness, *, retention_days: int, dashboard: LateDashboard | None
    ) -> None:
        self._readiness = readiness
        self._retention_days = retention_days
        self._dashboard = dashboard
        self._template = Template((_FOLDER / "status.html").read_text(encoding="utf-8"))

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all pages, after which no other may come."""
        at_any_address: list[BaseRoute] = (
            [Route("/", self.status)] if self._dashboard is None else self._dashboard.routes()
        )
        return [
            Route("/status", self.status),
            Route("/status.css", _file(_FOLDER / "status.css", "text/css")),
            Route("/docs", _file(_FOLDER / "docs.html", "text/html", _DOCS_HEADERS)),
            Route("/docs/start.js", _file(_FOLDER / "docs.js", "text/javascript")),
            *(
                Route(f"/docs/swagger-ui/{name}", _file(Path(swagger_ui_path) / name, media_type))
                for name, media_type in _SWAGGER_FILES.items()
            ),
            *at_any_address,
        ]

    async def status(self, _: Request) -> Response:
        """Say what this is and whether it works."""
        report = await self._readiness.report()
        page = self._template.substitute(
            retention_days=self._retention_days,
            state="Ready: it can store" if report.ready else "Not ready: agents keep and retry",
            state_class="good" if report.ready else "bad",
            database=html.escape(report.database),
            screenshots=html.escape(report.screenshots),
            geoip=html.escape(report.geoip),
            clock=html.escape(report.clock),
            retention=html.escape(report.retention),
            dashboard=self._dashboard_state(),
        )
        return HTMLResponse(page, headers=PLAIN_PAGE)

    def _dashboard_state(self) -> str:
        if self._dashboard is None:
            return _NO_DASHBOARD
        return _DASHBOARD if self._dashboard.is_built else _NOT_BUILT


def _file(
    path: Path, media_type: str, headers: Mapping[str, str] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return FileResponse(path, media_type=media_type, headers=headers)

    return endpoint
