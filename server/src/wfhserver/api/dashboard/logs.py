"""Detailed logs, one of them, its screenshot, and the places of all."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from wfhserver.api.dashboard.files import file_answer, screenshot_response
from wfhserver.api.dashboard.rights import AnyUser, ReadingLogs
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input, LargeNumber, Page, Text, WholeNumber
from wfhserver.logs.filters import LogQuery
from wfhserver.logs.pages import PAGE_LIMIT, LogDetail, LogKindFilter, LogPage, PageRequest
from wfhserver.logs.places import PlaceList

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)

LogId = Annotated[str, Path(max_length=64)]


class LogPageQuery(LogQuery):
    """Which page of the logs that match; *reason* goes on record."""

    kind: LogKindFilter = LogKindFilter.LOG
    page: Page | None = None
    limit: Annotated[int, WholeNumber(PAGE_LIMIT)] = 50
    reason: Text | None = None


class ReasonQuery(Input):
    """Why somebody looks; goes on record."""

    reason: Text | None = None


class ThumbnailQuery(Input):
    """The row of audit of the list in which it is shown."""

    on: LargeNumber | None = None


@router.get("/logs")
@refuses(Code.NOT_FOUND, Code.OUTSIDE_RETENTION)
async def logs(
    user: ReadingLogs, query: Annotated[LogPageQuery, Query()], services: Dashboard
) -> LogPage:
    """Detailed logs and missed slots, newest first; on record with everybody on the page."""
    which = PageRequest(kinds=query.kind, token=query.page, limit=query.limit, reason=query.reason)
    return await services.logs.page(user, query, which)


@router.get("/places")
async def places(user: AnyUser, services: Dashboard) -> PlaceList:
    """Countries and cities of logs, for the filter `place`: `is:AT/Graz`, `not:AT`."""
    return await services.places.list(user)


@router.get("/logs/{log_id}")
async def log_detail(
    user: ReadingLogs, log_id: LogId, query: Annotated[ReasonQuery, Query()], services: Dashboard
) -> LogDetail:
    """One log with everything of it; on record, with the reason if one is given."""
    return await services.logs.one(user, log_id, query.reason)


@router.get(
    "/logs/{log_id}/screenshot",
    responses=file_answer("As it was sent", "image/webp", "image/png", "image/jpeg"),
)
@refuses(Code.SCREENSHOT_MISSING, Code.SCREENSHOT_STORAGE_UNAVAILABLE)
async def screenshot(
    user: AnyUser, log_id: LogId, query: Annotated[ReasonQuery, Query()], services: Dashboard
) -> Response:
    """The screenshot as it was sent; on record, with the reason if one is given."""
    return screenshot_response(
        await services.screenshot_views.screenshot(user, log_id, query.reason)
    )


@router.get("/logs/{log_id}/thumbnail", responses=file_answer("Small", "image/webp"))
@refuses(Code.SCREENSHOT_MISSING, Code.SCREENSHOT_STORAGE_UNAVAILABLE)
async def thumbnail(
    user: AnyUser, log_id: LogId, query: Annotated[ThumbnailQuery, Query()], services: Dashboard
) -> Response:
    """The screenshot, small; on record, unless `on` names the row of a list with it."""
    return screenshot_response(await services.screenshot_views.thumbnail(user, log_id, query.on))
