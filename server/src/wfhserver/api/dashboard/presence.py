"""Who is here now. Pages poll it, so it answers 304 when nothing has changed."""

import hashlib
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard.rights import ReadingPresence
from wfhserver.api.dashboard.services import Dashboard, ServerCalendar
from wfhserver.api.declared import DeclaredRoute
from wfhserver.api.encodings import accepted, json_answer
from wfhserver.api.problem import REVALIDATED, with_time
from wfhserver.facts.queries import FactFilters, FactNames
from wfhserver.inputs import Input, Number, Text
from wfhserver.presence.rows import Presence, counts_of
from wfhserver.presence.states import State

router = APIRouter(prefix="/api/presence", tags=["dashboard"], route_class=DeclaredRoute)


class PresenceQuery(Input):
    """Whom to show: *search* in user and host, *team* is a number.

    *where* are filters on facts, and *fact* the facts that are shown; none of them personal.
    """

    search: Text | None = None
    team: Number | None = None
    state: State | None = None
    where: FactFilters = ()
    fact: FactNames = ()


@router.get(
    "",
    response_model=Presence,
    responses={304: {"description": "Nothing changed since the answer with this `ETag`"}},
)
async def presence(
    user: ReadingPresence,
    query: Annotated[PresenceQuery, Query()],
    request: Request,
    services: Dashboard,
    calendar: ServerCalendar,
) -> Response:
    """Who is here now; a manager sees only their own teams. Ask again with `If-None-Match`."""
    found = await services.presence.read(user, search=query.search, team_id=query.team)
    chosen = await services.chosen_facts.choose(user, query.fact, query.where, polled=True)
    if chosen is not None and chosen.agents is not None:
        rows = [row for row in found.rows if row.agent_id in chosen.agents]
        counts = counts_of(rows)
        found = msgspec.structs.replace(found, rows=rows, counts=counts, without_device=[])
    if query.state is not None:
        rows = [row for row in found.rows if row.state is query.state]
        never = found.without_device if query.state is State.NEVER else []
        found = msgspec.structs.replace(found, rows=rows, without_device=never)
    if chosen is not None and query.fact:
        devices = {row.agent_id: row.employee_id for row in found.rows}
        found = msgspec.structs.replace(found, facts=await chosen.values(devices))
    body = msgspec.json.encode(found)
    tag = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, **REVALIDATED}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    # Behind the hashed part, for it changes with every answer.
    whole = with_time(body, calendar.clock)
    return await json_answer(whole, headers, accepted(request.headers))
