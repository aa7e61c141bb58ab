"""GET and POST /api/teams; GET, PATCH and DELETE /api/teams/{team_id}."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.teams import Teams
from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import NewTeam, TeamChange
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer, answer_of
from wfhserver.clock import Clock
from wfhserver.models.users import Role

# The names of some thousand members.
_BODY_LIMIT_BYTES = 1024 * 1024
_NEW = msgspec.json.Decoder(NewTeam)
_CHANGE = msgspec.json.Decoder(TeamChange)


class TeamsEndpoint:
    """Teams, their managers and members."""

    def __init__(self, teams: Teams, guard: Guard, clock: Clock) -> None:
        self._teams = teams
        self._guard = guard
        self._clock = clock

    async def list(self, request: Request) -> Response:
        """List the teams; for a manager the own ones."""
        user = await self._guard.user(request)
        return answer(self._clock, 200, {"teams": await self._teams.list(user)})

    async def get(self, request: Request) -> Response:
        """Return one team with its members."""
        user = await self._guard.user(request)
        team_id = query.path_number(request, "team_id")
        return answer_of(self._clock, await self._teams.one(user, team_id))

    async def post(self, request: Request) -> Response:
        """Add a team."""
        admin = await self._guard.user(request, Role.ADMIN)
        new = decode(_NEW, await _body_of(request))
        async with self._teams.changes_by(admin) as changes:
            team_id, name = await changes.add(new.name)
        return answer(self._clock, 201, {"team_id": team_id, "name": name})

    async def patch(self, request: Request) -> Response:
        """Replace managers or members."""
        admin = await self._guard.user(request, Role.ADMIN)
        change = decode(_CHANGE, await _body_of(request))
        team_id = query.path_number(request, "team_id")
        async with self._teams.changes_by(admin) as changes:
            await changes.change(team_id, managers=change.managers, members=change.members)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Delete a team; nobody of it is deleted."""
        admin = await self._guard.user(request, Role.ADMIN)
        team_id = query.path_number(request, "team_id")
        async with self._teams.changes_by(admin) as changes:
            await changes.delete(team_id)
        return Response(status_code=204)


async def _body_of(request: Request) -> bytes:
    require_json(request.headers)
    return await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
