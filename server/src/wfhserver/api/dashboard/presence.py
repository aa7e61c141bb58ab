"""GET /api/presence: who is here now. Asked again and again, so it tells when nothing changed."""

import hashlib
from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.encodings import accepted, json_answer
from wfhserver.api.problem import REVALIDATED, with_time
from wfhserver.days import RetentionCalendar
from wfhserver.presence.board import Board
from wfhserver.presence.rows import Presence, State, counts_of, limits
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.presence import Wanted
from wfhserver.users import User

_INT = 2**31 - 1


class PresenceEndpoint:
    """The page "Now"."""

    def __init__(
        self, database: Database, guard: Guard, calendar: RetentionCalendar, grace: timedelta
    ) -> None:
        self._database = database
        self._guard = guard
        self._calendar = calendar
        self._grace = grace
        # Kept for those who see everybody; what a few may see, or look for, is read each time.
        self._everybody = Board(database, Wanted())

    async def get(self, request: Request) -> Response:
        """Return everybody whom the user may see; 304 when nothing changed since `ETag`."""
        user = await self._guard.user(request)
        state = query.choice(request, "state", State)
        found = await self._find(user, request)
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
        whole = with_time(body, self._calendar.clock)
        return await json_answer(whole, headers, accepted(request.headers))

    async def _find(self, user: User, request: Request) -> Presence:
        wanted = Wanted(
            sees_teams_of=user.sees_teams_of,
            search=query.text(request, "search"),
            team_id=query.number(request, "team", highest=_INT),
        )
        board = self._everybody if wanted == Wanted() else Board(self._database, wanted)
        now, today = self._calendar.clock.now(), self._calendar.today()
        at = limits(now, self._grace, self._calendar.zone)
        rows = await board.read(today, at)
        return Presence(
            today=today,
            online_seconds=int((now - at.online).total_seconds()),
            overdue_seconds=int((now - at.overdue).total_seconds()),
            counts=counts_of(rows),
            rows=rows,
        )
