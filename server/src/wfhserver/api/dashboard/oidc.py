"""GET /api/oidc, /api/oidc/start and /api/oidc/callback: signing in through an OpenID provider."""

import hmac
import logging
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wfhserver.accounts.oidc import ATTEMPT_LENGTH, OidcSignIn
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.operations import TEXT, dashboard_operation
from wfhserver.api.dashboard.session import set_session
from wfhserver.api.operations import success
from wfhserver.api.problem import NO_STORE, answer
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal

log = logging.getLogger(__name__)

STATE_COOKIE: Final = "wfh_oidc"
_PATH: Final = "/api/oidc"
_START_PAGE: Final = "/"
_SIGN_IN_PAGE: Final = "/sign-in"


class OidcEndpoint:
    """A browser goes to the provider and comes back; *sign_in* is None without a provider."""

    def __init__(self, sign_in: OidcSignIn | None, guard: Guard, clock: Clock) -> None:
        self._sign_in = sign_in
        self._guard = guard
        self._clock = clock

    async def get(self, _: Request) -> Response:
        """Tell the sign-in page whether there is a provider, and its name."""
        name = None if self._sign_in is None else self._sign_in.name
        return answer(self._clock, 200, {"enabled": name is not None, "name": name})

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider."""
        started = await self._enabled().start(self._guard.address(request))
        response = RedirectResponse(started.url, status_code=303, headers=NO_STORE)
        response.set_cookie(
            STATE_COOKIE,
            started.state,
            max_age=int(ATTEMPT_LENGTH.total_seconds()),
            path=_PATH,
            httponly=True,
            # The provider sends the browser back from a site of its own.
            samesite="lax",
            secure=self._guard.is_https(request),
        )
        return response

    async def callback(self, request: Request) -> Response:
        """Sign in, and go to the dashboard; or back to the sign-in page, which says why."""
        sign_in = self._enabled()
        try:
            session = await sign_in.finish(state=_state_of(request), code=_code_of(request))
        except Refusal as refusal:
            log.warning(
                "Sign-in through the provider refused: %s: %s", refusal.code, refusal.detail
            )
            where = f"{_SIGN_IN_PAGE}?{urlencode({'refused': refusal.code})}"
            response = RedirectResponse(where, status_code=303, headers=NO_STORE)
        else:
            response = RedirectResponse(_START_PAGE, status_code=303, headers=NO_STORE)
            set_session(response, session, secure=self._guard.is_https(request))
        response.delete_cookie(STATE_COOKIE, path=_PATH, httponly=True, samesite="lax")
        # The code in this page's address is nobody else's business.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _enabled(self) -> OidcSignIn:
        if self._sign_in is None:
            raise Refusal(Code.NOT_FOUND, "No OpenID provider is set: WFHSERVER_OIDC_ISSUER.")
        return self._sign_in


def _state_of(request: Request) -> str:
    kept = request.cookies.get(STATE_COOKIE, "")
    given = request.query_params.get("state", "")
    if not kept or not hmac.compare_digest(kept.encode(), given.encode("utf-8", "replace")):
        raise Refusal(Code.OIDC_FAILED, "This browser has not begun this sign-in.")
    return kept


def _code_of(request: Request) -> str:
    code = request.query_params.get("code", "")
    if not code:
        said = [request.query_params.get(name, "")[:200] for name in ("error", "error_description")]
        raise Refusal(Code.OIDC_FAILED, f"The provider has let nobody in: {said!r}.")
    return code


def oidc_operations() -> dict[str, dict[str, Any]]:
    """Return what these calls take and answer, as OpenAPI says it."""
    told = success(
        "Whether there is a provider",
        enabled={"type": "boolean"},
        name={"type": ["string", "null"]},
    )
    onward = {"303": {"description": "Further, by the address in the header Location"}}
    parameters = tuple(
        {"name": name, "in": "query", "required": False, "schema": TEXT}
        for name in ("state", "code", "error")
    )
    operations = {
        "GET": dashboard_operation("oidc", "Is there an OpenID provider?", {"200": told}),
        "START": dashboard_operation(
            "start_oidc",
            "Go to the OpenID provider",
            onward,
            *(Code.NOT_FOUND, Code.OIDC_UNAVAILABLE, Code.TOO_MANY_LOGINS),
        ),
        "CALLBACK": dashboard_operation(
            "finish_oidc",
            "Come back from the OpenID provider",
            onward,
            Code.NOT_FOUND,
            parameters=parameters,
        ),
    }
    return {name: {**operation, "security": []} for name, operation in operations.items()}
