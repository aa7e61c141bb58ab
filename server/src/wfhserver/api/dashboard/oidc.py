"""Signing in through an OpenID provider: a browser goes there and comes back."""

import hmac
import logging
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import RedirectResponse

from wfhserver.accounts.oidc import ATTEMPT_LENGTH, OidcSignIn
from wfhserver.api.dashboard.browsers import browser_of
from wfhserver.api.dashboard.cookies import Cookie
from wfhserver.api.dashboard.services import Dashboard, RequestGuard
from wfhserver.api.dashboard.sessions import BROWSER_SESSION
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.api.problem import NO_STORE
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input
from wfhserver.services import Services

log = logging.getLogger(__name__)

_PATH: Final = "/api/oidc"
# Lax: the provider sends the browser back from another site.
STATE_COOKIE: Final = Cookie("wfh_oidc", ATTEMPT_LENGTH, path=_PATH)
_START_PAGE: Final = "/"
_SIGN_IN_PAGE: Final = "/sign-in"
_ONWARD: dict[int | str, dict[str, Any]] = {303: {"description": "Further, to `Location`"}}

router = APIRouter(prefix=_PATH, tags=["dashboard"], route_class=DeclaredRoute)


class Provider(msgspec.Struct, frozen=True):
    """Whether there is a provider, and its name."""

    enabled: bool
    name: str | None


class Callback(Input):
    """What a provider says. It may send more than the standard names (RFC 6749, 4.1.2)."""

    model_config = ConfigDict(extra="ignore")

    state: str = ""
    code: str = ""
    error: str = ""
    error_description: str = ""


@router.get("")
async def oidc(services: Dashboard) -> Provider:
    """Is there an OpenID provider?"""
    name = None if services.oidc is None else services.oidc.name
    return Provider(name is not None, name)


@router.get("/start", status_code=303, responses=_ONWARD)
@refuses(Code.NOT_FOUND, Code.OIDC_UNAVAILABLE, Code.TOO_MANY_LOGINS, Code.DATABASE_UNAVAILABLE)
async def start_oidc(
    request: Request, services: Dashboard, guard: RequestGuard
) -> RedirectResponse:
    """Go to the OpenID provider."""
    started = await _enabled(services).start(guard.address(request))
    response = RedirectResponse(started.url, status_code=303, headers=NO_STORE)
    STATE_COOKIE.set(response, started.state, secure=guard.is_https(request))
    return response


@router.get("/callback", status_code=303, responses=_ONWARD)
@refuses(Code.NOT_FOUND, Code.DATABASE_UNAVAILABLE)
async def finish_oidc(
    request: Request,
    given: Annotated[Callback, Query()],
    services: Dashboard,
    guard: RequestGuard,
) -> RedirectResponse:
    """Come back from the OpenID provider: to the dashboard, or to the sign-in page."""
    provider = _enabled(services)
    try:
        session = await provider.finish(
            state=_state_of(request, given),
            code=_code_of(given),
            browser=browser_of(request.headers),
        )
    except Refusal as refusal:
        log.warning("Sign-in through the provider refused: %s: %s", refusal.code, refusal.detail)
        where = f"{_SIGN_IN_PAGE}?{urlencode({'refused': refusal.code})}"
        response = RedirectResponse(where, status_code=303, headers=NO_STORE)
    else:
        response = RedirectResponse(_START_PAGE, status_code=303, headers=NO_STORE)
        BROWSER_SESSION.set(response, session.token, secure=guard.is_https(request))
    STATE_COOKIE.delete(response)
    # The code in this page's address is nobody else's business.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _enabled(services: Services) -> OidcSignIn:
    if services.oidc is None:
        raise Refusal(Code.NOT_FOUND, "No OpenID provider is set: WFHSERVER_OIDC_ISSUER.")
    return services.oidc


def _state_of(request: Request, given: Callback) -> str:
    state = request.cookies.get(STATE_COOKIE.name, "")
    if not state or not hmac.compare_digest(state.encode(), given.state.encode("utf-8", "replace")):
        raise Refusal(Code.OIDC_FAILED, "This sign-in was not started in this browser.")
    return state


def _code_of(given: Callback) -> str:
    if not given.code:
        reasons = [given.error[:200], given.error_description[:200]]
        raise Refusal(Code.OIDC_FAILED, f"The provider refused the sign-in: {reasons!r}.")
    return given.code
