"""What the calls that show what is on record take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.operations import (
    dashboard_operation,
    query_choice,
    query_number,
    query_text,
)
from wfhserver.api.operations import success_of
from wfhserver.service.presence import Presence, State

_INT = 2**31 - 1
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
