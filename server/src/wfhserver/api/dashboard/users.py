"""GET and POST /api/users, PATCH /api/users/{user_id}."""

from typing import Any

import asyncpg
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
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.storage.postgres import users
from wfhserver.storage.postgres.connection import Database
from wfhserver.users import Role

_BODY_LIMIT_BYTES = 16 * 1024
_NEW = msgspec.json.Decoder(NewUser)
_CHANGE = msgspec.json.Decoder(UserChange)


class UsersEndpoint:
    """Who may sign in."""

    def __init__(
        self, database: Database, guard: Guard, passwords: Passwords, clock: Clock
    ) -> None:
        self._database = database
        self._guard = guard
        self._passwords = passwords
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """List the users."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        async with self._database.connection() as connection:
            rows = await users.list_all(connection)
        return answer(self._clock, 200, {"users": [_shown(row) for row in rows]})

    async def post(self, request: Request) -> Response:
        """Add a user."""
        admin = await self._guard.user(request, Role.ADMIN)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        new = decode(_NEW, body)
        hashed = await self._passwords.hash(new.password)
        async with self._database.connection() as connection:
            changes = Users(connection, actor=admin.actor, at=self._clock.now())
            stored = await changes.add(new.username, hashed, new.role)
            row = await users.find(connection, stored)
        return answer(self._clock, 201, _shown(row))

    async def patch(self, request: Request) -> Response:
        """Change role or password of a user, disable or enable."""
        admin = await self._guard.user(request, Role.ADMIN)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        change = decode(_CHANGE, body)
        hashed = None
        if change.password is not None:
            hashed = await self._passwords.hash(change.password)
        async with self._database.transaction() as connection:
            name = await users.name_of(connection, query.path_number(request, "user_id"))
            if name is None:
                raise Refusal(Code.NOT_FOUND, "There is no such user.")
            changes = Users(connection, actor=admin.actor, at=self._clock.now())
            if change.role is not None:
                await changes.set_role(name, change.role)
            if hashed is not None:
                await changes.set_password(name, hashed)
            if change.disabled is not None:
                await changes.set_disabled(name, disabled=change.disabled)
            row = await users.find(connection, name)
        return answer(self._clock, 200, _shown(row))


def _shown(row: asyncpg.Record | None) -> dict[str, Any]:
    if row is None:
        raise Refusal(Code.NOT_FOUND, "There is no such user.")
    return {
        "user_id": row["user_id"],
        "username": row["username"],
        "role": row["role"],
        "teams": list(row["teams"]),
        "disabled": row["disabled_at"] is not None,
        "created_at": row["created_at"],
    }
