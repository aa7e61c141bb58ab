"""GET /api/presence: who is here now. Asked again and again, so it tells when nothing changed."""

import hashlib

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.encodings import accepted, json_answer
from wfhserver.api.problem import REVALIDATED, with_time
from wfhserver.clock import Clock
from wfhserver.presence.overview import PresenceOverview
from wfhserver.presence.rows import State

_INT = 2**31 - 1


class PresenceEndpoint:
    """The page "Now"."""

    def __init__(self, overview: PresenceOverview, guard: Guard, clock: Clock) -> None:
        self._overview = overview
        self._guard = guard
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Return everybody whom the user may see; 304 when nothing changed since `ETag`."""
        user = await self._guard.user(request)
        state = query.choice(request, "state", State)
        found = await self._overview.read(
            user,
            search=query.text(request, "search"),
            team_id=query.number(request, "team", highest=_INT),
        )
        if state is not None:
            found = msgspec.structs.replace(
                found, rows=[row for row in found.rows if row.state is state]
            )
        body = msgspec.json.encode(found)
        tag = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        headers = {"ETag": tag, **REVALIDATED}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        # Behind the hashed part, for it changes with every answer.
        whole = with_time(body, self._clock)
        return await json_answer(whole, headers, accepted(request.headers))
