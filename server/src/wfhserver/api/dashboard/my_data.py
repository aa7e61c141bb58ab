"""/api/my-data-link, /api/my-session and /api/my-data: what an employee sees, and nobody else's."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wfhserver.api.body import bearer_token, read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.employees import workday_of
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.pictures import picture
from wfhserver.api.decode import decode
from wfhserver.api.problem import NO_STORE, answer_of
from wfhserver.audit.log import PAGE_LIMIT
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.employees.my_sessions import SESSION_LENGTH, MySessions
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import MySession, Role, User
from wfhserver.services import Services

MY_COOKIE: Final = "wfh_my_session"
# A browser takes a path for whole folders, so none holds my-session and my-data alone.
_PATH = "/api"
_BODY_LIMIT_BYTES = 4096
_BIGINT = 2**63 - 1


class MyCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands behind `#` in the link."""

    code: Annotated[str, Meta(min_length=1, max_length=128)]


_DECODER = msgspec.json.Decoder(MyCode)


class MySessionEndpoint:
    """The session of an employee; it can change nothing but itself."""

    def __init__(
        self, sessions: MySessions, agent_auth: AgentAuth, guard: Guard, clock: Clock
    ) -> None:
        self._sessions = sessions
        self._agent_auth = agent_auth
        self._guard = guard
        self._clock = clock

    async def link(self, request: Request) -> Response:
        """Return a link for the user of the agent that asks."""
        agent = await self._agent_auth.agent_of(bearer_token(request.headers))
        link = await self._sessions.link(agent)
        return answer_of(self._clock, link, status=201)

    async def post(self, request: Request) -> Response:
        """Exchange the code of a link for a session."""
        self._guard.check_origin(request.headers)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        token, session = await self._sessions.begin(decode(_DECODER, body).code)
        response = answer_of(self._clock, session)
        response.set_cookie(
            MY_COOKIE,
            token,
            path=_PATH,
            max_age=int(SESSION_LENGTH.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self._guard.is_https(request),
        )
        return response

    async def get(self, request: Request) -> Response:
        """Tell who looks, and for how long yet."""
        return answer_of(self._clock, await self.who(request))

    async def delete(self, request: Request) -> Response:
        """End the session."""
        self._guard.check_origin(request.headers)
        await self.who(request)
        await self._sessions.end(request.cookies.get(MY_COOKIE, ""))
        response = Response(status_code=204)
        response.delete_cookie(MY_COOKIE, path=_PATH, httponly=True, samesite="strict")
        return response

    async def who(self, request: Request) -> MySession:
        """Return who looks; Refusal `my_session_missing`."""
        token = request.cookies.get(MY_COOKIE, "")
        if not token.isascii() or not token:
            raise Refusal(
                Code.MY_SESSION_MISSING,
                "Open this page from the agent's menu, or with `wfhagent my-data`.",
            )
        return await self._sessions.find(token)


class MyDataEndpoint:
    """The own data; whose they are is said by the session and by nothing in the request."""

    def __init__(self, mine: MySessionEndpoint, services: Services, clock: Clock) -> None:
        self._mine = mine
        self._services = services
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Return the machines, and which days there are."""
        me = await self._mine.who(request)
        found = await self._services.employees.one(_SELF, me.employee_id)
        return answer_of(self._clock, found)

    async def day(self, request: Request) -> Response:
        """Return a day, and who looked on it."""
        me = await self._mine.who(request)
        found = await self._services.employee_days.own(me.employee_id, workday_of(request))
        return answer_of(self._clock, found)

    async def looks(self, request: Request) -> Response:
        """Return who looked at anything, newest first."""
        me = await self._mine.who(request)
        before = query.number(request, "before", highest=_BIGINT)
        limit = query.number(request, "limit", highest=PAGE_LIMIT, default=50) or 50
        found = await self._services.employee_days.looks(me.employee_id, before, limit)
        return answer_of(self._clock, found)

    async def log(self, request: Request) -> Response:
        """Return one log with everything of it."""
        me = await self._mine.who(request)
        found = await self._services.logs.own(me.employee_id, request.path_params["log_id"])
        return answer_of(self._clock, found)

    async def screenshot(self, request: Request) -> Response:
        """Return the very picture that was sent."""
        me = await self._mine.who(request)
        log_id = request.path_params["log_id"]
        return picture(await self._services.screenshot_views.own_screenshot(me.employee_id, log_id))

    async def thumbnail(self, request: Request) -> Response:
        """Return the picture, small."""
        me = await self._mine.who(request)
        log_id = request.path_params["log_id"]
        return picture(await self._services.screenshot_views.own_thumbnail(me.employee_id, log_id))

    async def zip(self, request: Request) -> Response:
        """Return everything as a zip; on record."""
        me = await self._mine.who(request)
        parts = await self._services.employee_export.zip_of(me.employee_id, actor=me.actor)
        headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="my-data.zip"'}
        return StreamingResponse(parts, media_type="application/zip", headers=headers)


# Its employee comes out of the session, so it may see all of that employee.
_SELF = User(user_id=0, username="", role=Role.AUDITOR)
