"""/api/enrolment-tokens, /api/enrolment-requests, and whether agents are what they say."""

from datetime import timedelta
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
from wfhserver.api.problem import answer, answer_of
from wfhserver.clock import Clock
from wfhserver.devices.enrollment_tokens import EnrollmentTokens
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import Role

_BODY_LIMIT_BYTES = 16 * 1024
_PAGE = 100
_NEW = msgspec.json.Decoder(NewEnrolmentToken)
_REVOCATION = msgspec.json.Decoder(Revocation)


class EnrolmentEndpoint:
    """Who may become an agent, and who may be one no more."""

    def __init__(self, tokens: EnrollmentTokens, guard: Guard, clock: Clock) -> None:
        self._tokens = tokens
        self._guard = guard
        self._clock = clock

    async def tokens(self, request: Request) -> Response:
        """List the enrolment tokens, without themselves: only their hashes are kept."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        return answer(self._clock, 200, {"tokens": await self._tokens.list()})

    async def create(self, request: Request) -> Response:
        """Make an enrolment token; this answer is the only one that holds it."""
        admin = await self._guard.user(request, Role.ADMIN)
        new = decode(_NEW, await _body_of(request))
        expires_at = None
        if new.expires_days is not None:
            expires_at = self._clock.now() + timedelta(days=new.expires_days)
        async with self._tokens.changes_by(admin) as changes:
            number, token = await changes.create(
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
        async with self._tokens.changes_by(admin) as changes:
            count = await changes.revoke(number, with_agents=wanted.with_agents)
        return answer(self._clock, 200, {"agents_revoked": count})

    async def revoke_agent(self, request: Request) -> Response:
        """Revoke one agent; its next request is refused."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "agent_id")
        async with self._tokens.changes_by(admin) as changes:
            await changes.revoke_agent(number)
        return Response(status_code=204)

    async def confirm_agent(self, request: Request) -> Response:
        """Note that an agent is the user's whose name it bears."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "agent_id")
        async with self._tokens.changes_by(admin) as changes:
            await changes.confirm_agent(number)
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        """Return a page of the devices that came with a token that needs approval, oldest first."""
        user = await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        page, search = query.long_text(request, "page"), query.text(request, "search")
        limit = query.number(request, "limit", highest=REQUESTS_LIMIT, default=_PAGE) or _PAGE
        return answer_of(self._clock, await self._tokens.waiting(user, search, page, limit))

    async def approve(self, request: Request) -> Response:
        """Let a waiting machine in when it comes again."""
        admin = await self._guard.user(request, Role.ADMIN)
        async with self._tokens.changes_by(admin) as changes:
            await changes.approve(_uuid(request))
        return Response(status_code=204)

    async def reject(self, request: Request) -> Response:
        """Take a waiting machine off the list."""
        admin = await self._guard.user(request, Role.ADMIN)
        async with self._tokens.changes_by(admin) as changes:
            await changes.reject(_uuid(request))
        return Response(status_code=204)


async def _body_of(request: Request) -> bytes:
    require_json(request.headers)
    return await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)


def _uuid(request: Request) -> UUID:
    try:
        return UUID(request.path_params["agent_uuid"])
    except ValueError:
        raise Refusal(Code.NOT_FOUND, "No such machine waits for approval.") from None
