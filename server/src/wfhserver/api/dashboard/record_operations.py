"""What the calls that show what is on record take and answer, as OpenAPI says it."""

from typing import Any, Final

from wfhserver.api.dashboard.operations import (
    PAGE,
    dashboard_operation,
    path_text,
    query_choice,
    query_day,
    query_number,
    query_text,
)
from wfhserver.api.operations import success_of
from wfhserver.errors import Code
from wfhserver.logs.filters import ScreenshotFilter
from wfhserver.logs.pages import PAGE_LIMIT, Kinds, LogDetail, LogPage
from wfhserver.logs.places import PlaceList
from wfhserver.presence.rows import Presence, State

_INT = 2**31 - 1
FILTERS: Final = (
    query_text("employee"),
    query_number("team", _INT),
    query_day("from"),
    query_day("to"),
    query_choice("screenshot", ScreenshotFilter),
    query_text("place"),
)
_UNCHANGED = {"304": {"description": "Nothing changed since the answer with this `ETag`"}}


def presence_operation() -> dict[str, Any]:
    """Return what GET /api/presence takes and answers."""
    return dashboard_operation(
        "presence",
        "Who is here now; a manager sees the own teams. Ask again with `If-None-Match`",
        {"200": success_of("Everybody", Presence), **_UNCHANGED},
        parameters=(
            query_text("search"),
            query_number("team", _INT),
            query_choice("state", State),
        ),
    )


def log_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/logs take and answer."""
    log_id = path_text("log_id")
    return {
        "LIST": dashboard_operation(
            "logs",
            "Detailed logs and missed slots, newest first; on record with everybody on the page",
            {"200": success_of("A page", LogPage)},
            Code.NOT_FOUND,
            Code.OUTSIDE_RETENTION,
            parameters=(
                *FILTERS,
                query_choice("kind", Kinds),
                PAGE,
                query_number("limit", PAGE_LIMIT),
                query_text("reason"),
            ),
        ),
        "PLACES": dashboard_operation(
            "places",
            "Countries and cities of logs, for the filter `place`: `is:AT/Graz`, `not:AT`",
            {"200": success_of("The places", PlaceList)},
        ),
        "GET": dashboard_operation(
            "log_detail",
            "One log with everything of it; on record, with the reason if one is given",
            {"200": success_of("The log", LogDetail)},
            Code.INVALID_FIELD,
            parameters=(log_id, query_text("reason")),
        ),
    }


def picture_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of pictures take and answer."""
    log_id = path_text("log_id")
    codes = (Code.SCREENSHOT_MISSING, Code.SCREENSHOT_STORAGE_UNAVAILABLE)
    return {
        "SCREENSHOT": dashboard_operation(
            "screenshot",
            "The screenshot as it was sent; on record, with the reason if one is given",
            {"200": _picture("WebP, PNG or JPEG", "image/webp", "image/png", "image/jpeg")},
            *codes,
            parameters=(log_id, query_text("reason")),
        ),
        "THUMBNAIL": dashboard_operation(
            "thumbnail",
            "The screenshot, small; on record, unless `on` names the row of a list with it",
            {"200": _picture("WebP", "image/webp")},
            *codes,
            parameters=(log_id, query_number("on", 2**63 - 1)),
        ),
    }


def _picture(description: str, *media_types: str) -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"description": description, "content": dict.fromkeys(media_types, binary)}
