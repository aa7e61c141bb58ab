"""POST, GET and DELETE /api/session: sign in, who am I, sign out."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.sessions import (
    DEVICE_LENGTH,
    SESSION_LENGTH,
    Credentials,
    Sessions,
    SignedIn,
)
from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard.bodies import SignIn
from wfhserver.api.dashboard.guard import SESSION_COOKIE, Guard, session_token
from wfhserver.api.decode import decode
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.tokens import csrf_token

# Says that somebody has signed in from this browser; goes nowhere but to signing in.
_DEVICE_COOKIE: Final = "wfh_device"
_DEVICE_PATH: Final = "/api/session"
_BODY_LIMIT_BYTES = 16 * 1024
_DECODER = msgspec.json.Decoder(SignIn)


class SessionEndpoint:
    """The browser's session, in a cookie that no script can read."""

    def __init__(self, sessions: Sessions, guard: Guard, clock: Clock) -> None:
        self._sessions = sessions
        self._guard = guard
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Sign in: sets the cookie, and tells what GET does."""
        self._guard.check_origin(request.headers)
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        given = decode(_DECODER, body)
        address = self._guard.address(request)
        device = request.cookies.get(_DEVICE_COOKIE)
        credentials = Credentials(given.username, given.password, given.code, device)
        session = await self._sessions.sign_in(credentials, address)
        response = self._tell(session)
        is_https = self._guard.is_https(request)
        set_session(response, session, secure=is_https)
        response.set_cookie(
            _DEVICE_COOKIE,
            session.device or "",
            max_age=int(DEVICE_LENGTH.total_seconds()),
            path=_DEVICE_PATH,
            httponly=True,
            samesite="lax",
            secure=is_https,
        )
        return response

    async def get(self, request: Request) -> Response:
        """Tell who is signed in, and the token that every change has to carry."""
        user = await self._guard.user(request)
        token = session_token(request)
        expires_at = await self._sessions.expiry_of(token) or self._clock.now()
        return self._tell(SignedIn(token=token, user=user, expires_at=expires_at))

    async def delete(self, request: Request) -> Response:
        """Sign out."""
        await self._guard.user(request)
        await self._sessions.sign_out(session_token(request))
        response = Response(status_code=204)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
        return response

    def _tell(self, session: SignedIn) -> Response:
        return answer(
            self._clock,
            200,
            {
                "username": session.user.username,
                "role": session.user.role,
                "teams": session.user.teams,
                "csrf_token": csrf_token(session.token),
                "expires_at": session.expires_at,
            },
        )


def set_session(response: Response, session: SignedIn, *, secure: bool) -> None:
    """Give the browser the cookie of *session*, which no script can read."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )
