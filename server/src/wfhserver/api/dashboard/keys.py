"""GET and POST /api/keys, DELETE /api/keys/{key_id}."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.api_keys import ApiKeys
from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import NewKey
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.models.users import Role

_BODY_LIMIT_BYTES = 16 * 1024
_NEW = msgspec.json.Decoder(NewKey)


class KeysEndpoint:
    """Keys of programs."""

    def __init__(self, keys: ApiKeys, guard: Guard, clock: Clock) -> None:
        self._keys = keys
        self._guard = guard
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """List the keys, without themselves: only their hashes are kept."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        return answer(self._clock, 200, {"keys": await self._keys.list()})

    async def post(self, request: Request) -> Response:
        """Make a key; this answer is the only one that holds it."""
        admin = await self._guard.user(request, Role.ADMIN)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        new = decode(_NEW, body)
        async with self._keys.changes_by(admin) as changes:
            number, key = await changes.create(new.label, new.scope, days=new.expires_days)
        return answer(self._clock, 201, {"key_id": number, "key": key})

    async def delete(self, request: Request) -> Response:
        """Revoke a key."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "key_id")
        async with self._keys.changes_by(admin) as changes:
            await changes.revoke(number)
        return Response(status_code=204)
