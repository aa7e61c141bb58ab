"""GET and POST /api/users, PATCH /api/users/{user_id}."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.users import Users
from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import NewUser, UserChange
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer, answer_of
from wfhserver.clock import Clock
from wfhserver.models.users import Role

_BODY_LIMIT_BYTES = 16 * 1024
_NEW = msgspec.json.Decoder(NewUser)
_CHANGE = msgspec.json.Decoder(UserChange)


class UsersEndpoint:
    """Who may sign in."""

    def __init__(self, users: Users, guard: Guard, passwords: Passwords, clock: Clock) -> None:
        self._users = users
        self._guard = guard
        self._passwords = passwords
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """List the users."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        return answer(self._clock, 200, {"users": await self._users.list()})

    async def post(self, request: Request) -> Response:
        """Add a user."""
        admin = await self._guard.user(request, Role.ADMIN)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        new = decode(_NEW, body)
        hashed = await self._passwords.hash(new.password)
        added = await self._users.add(admin, new.username, hashed, new.role)
        return answer_of(self._clock, added, status=201)

    async def patch(self, request: Request) -> Response:
        """Change role or password of a user, disable or enable."""
        admin = await self._guard.user(request, Role.ADMIN)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        change = decode(_CHANGE, body)
        hashed = None
        if change.password is not None:
            hashed = await self._passwords.hash(change.password)
        changed = await self._users.change(
            admin,
            query.path_number(request, "user_id"),
            role=change.role,
            password_hash=hashed,
            disabled=change.disabled,
        )
        return answer_of(self._clock, changed)
