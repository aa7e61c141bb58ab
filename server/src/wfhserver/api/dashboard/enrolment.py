"""/api/enrolment-tokens, /api/enrolment-requests, and whether agents are what they say."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import NewEnrolmentToken, Revocation
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.key_operations import REQUESTS_LIMIT
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.enrollment_tokens import EnrolmentTokens
from wfhserver.errors import Code, Refusal
from wfhserver.paging import page_token, read_token
from wfhserver.storage.postgres import enrolment_requests, keys
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.enrolment_requests import RequestKey
from wfhserver.users import Role, User

_BODY_LIMIT_BYTES = 16 * 1024
_PAGE = 100
_NEW = msgspec.json.Decoder(NewEnrolmentToken)
_REVOCATION = msgspec.json.Decoder(Revocation)
_SHOWN = ("token_id", "label", "uses", "use_limit", "needs_approval", "agents")
_MOMENTS = ("created_at", "expires_at", "revoked_at")


class EnrolmentEndpoint:
    """Who may become an agent, and who may be one no more."""

    def __init__(self, database: Database, guard: Guard, clock: Clock) -> None:
        self._database = database
        self._guard = guard
        self._clock = clock

    async def tokens(self, request: Request) -> Response:
        """List the enrolment tokens, without themselves: only their hashes are kept."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        async with self._database.connection() as connection:
            rows = await keys.list_tokens(connection)
        shown = [{name: row[name] for name in (*_SHOWN, *_MOMENTS)} for row in rows]
        return answer(self._clock, 200, {"tokens": shown})

    async def create(self, request: Request) -> Response:
        """Make an enrolment token; this answer is the only one that holds it."""
        admin = await self._guard.user(request, Role.ADMIN)
        new = decode(_NEW, await _body_of(request))
        expires_at = None
        if new.expires_days is not None:
            expires_at = self._clock.now() + timedelta(days=new.expires_days)
        async with self._database.connection() as connection:
            number, token = await self._changes(connection, admin).create(
                new.label,
                expires_at=expires_at,
                use_limit=new.use_limit,
                needs_approval=new.needs_approval,
            )
        return answer(self._clock, 201, {"token_id": number, "token": token})

    async def revoke(self, request: Request) -> Response:
        """Revoke an enrolment token, and with_agents all that came with it."""
        admin = await self._guard.user(request, Role.ADMIN)
        wanted = decode(_REVOCATION, await _body_of(request))
        number = query.path_number(request, "token_id")
        async with self._database.connection() as connection:
            changes = self._changes(connection, admin)
            count = await changes.revoke(number, with_agents=wanted.with_agents)
        return answer(self._clock, 200, {"agents_revoked": count})

    async def revoke_agent(self, request: Request) -> Response:
        """Revoke one agent; its next request is refused."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "agent_id")
        async with self._database.connection() as connection:
            await self._changes(connection, admin).revoke_agent(number)
        return Response(status_code=204)

    async def confirm_agent(self, request: Request) -> Response:
        """Note that an agent is the user's whose name it bears."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "agent_id")
        async with self._database.connection() as connection:
            await self._changes(connection, admin).confirm_agent(number)
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        """Return a page of the devices that came with a token that needs approval, oldest first."""
        user = await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        after = read_token(query.long_text(request, "page"), RequestKey)
        limit = query.number(request, "limit", highest=REQUESTS_LIMIT, default=_PAGE) or _PAGE
        search = query.text(request, "search")
        async with self._database.connection() as connection:
            rows = await enrolment_requests.page(connection, search, after, limit + 1)
            count = await enrolment_requests.count(connection)
        found = [_waiting(dict(row), to_admin=user.role is Role.ADMIN) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        following = last and page_token(RequestKey(last["requested_at"], last["agent_uuid"]))
        return answer(
            self._clock, 200, {"requests": found, "waiting": count, "next_page": following}
        )

    async def approve(self, request: Request) -> Response:
        """Let a waiting machine in when it comes again."""
        admin = await self._guard.user(request, Role.ADMIN)
        async with self._database.connection() as connection:
            await self._changes(connection, admin).approve(_uuid(request))
        return Response(status_code=204)

    async def reject(self, request: Request) -> Response:
        """Take a waiting machine off the list."""
        admin = await self._guard.user(request, Role.ADMIN)
        async with self._database.connection() as connection:
            await self._changes(connection, admin).reject(_uuid(request))
        return Response(status_code=204)

    def _changes(self, connection: AnyConnection, admin: User) -> EnrolmentTokens:
        return EnrolmentTokens(connection, actor=admin.actor, at=self._clock.now())


async def _body_of(request: Request) -> bytes:
    require_json(request.headers)
    return await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)


def _waiting(row: dict[str, Any], *, to_admin: bool) -> dict[str, Any]:
    # Whoever knows it may come as this device once it is approved.
    return {**row, "agent_uuid": str(row["agent_uuid"]) if to_admin else None}


def _uuid(request: Request) -> UUID:
    try:
        return UUID(request.path_params["agent_uuid"])
    except ValueError:
        raise Refusal(Code.NOT_FOUND, "No such machine waits for approval.") from None
