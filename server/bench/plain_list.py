"""The employees of *Now* as a list that the server renders: the baseline of the first row."""

from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from wfhserver.presence.rows import PresenceRow

PATH: Final = "/plain-list"
_STYLES: Final = """
body { margin: 2rem; font: 14px system-ui, sans-serif; color: #1c242d; background: #f6f8fa }
table { width: 100%; border-collapse: collapse; background: #fff }
td, th { padding: .6rem 1rem; border-bottom: 1px solid #e1e6ec; text-align: start }
a { color: inherit; font-weight: 600; text-decoration: none }
"""
_PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Now</title>
<link rel="stylesheet" href="{styles}"></head><body><h1>Now</h1><table><thead><tr>
<th>Employee<th>Device<th>State<th>Last seen<th>Logs today<th>Teams<th>Agent</tr></thead><tbody>
{rows}</tbody></table></body></html>"""


async def _page(request: Request) -> Response:
    """Answer as a server without JavaScript does: the session, the same query, HTML."""
    state = request.app.state
    user = await state.guard.user(request)
    found = await state.services.presence.read(user, search=None, team_id=None)
    rows = "\n".join(map(_row, found.rows))
    page = _PAGE.format(rows=rows, styles=f"{PATH}/styles.css")
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'self'"}
    return HTMLResponse(page, headers=headers)


def _row(row: PresenceRow) -> str:
    cells = (
        row.hostname,
        row.state,
        "" if row.last_seen is None else f"{row.last_seen:%H:%M}",
        f"{row.logs_today} of 2",
        ", ".join(row.teams),
        f"{row.agent_version} {row.platform.partition('-')[0]}",
    )
    name = f'<a href="/employees/{row.employee_id}">{escape(row.username)}</a>'
    return f"<tr data-index><td>{name}" + "".join(f"<td>{escape(cell)}" for cell in cells)


async def _styles(_: Request) -> Response:
    headers = {"Cache-Control": "max-age=3600"}
    return Response(_STYLES, headers=headers, media_type="text/css")


ROUTES: Final = (Route(PATH, _page), Route(f"{PATH}/styles.css", _styles))
