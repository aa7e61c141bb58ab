"""Which user calls, and are they allowed to? The first line of every route of the dashboard.

    user = await self._guard.user(request, Role.ADMIN, Role.AUDITOR)

raises a Refusal (401 `session_missing`, 403 `not_allowed`, 403 `csrf_failed`) or returns the User.
Without roles, every signed-in user may. With `scope=Scope.EXPORT` so may a program with such a
key. For lists, `user.sees_teams_of` is the parameter of `storage.postgres.visibility.visible_to`.
"""

import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_network
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from wfhserver.accounts.sessions import Sessions
from wfhserver.api.body import bearer_token
from wfhserver.errors import Code, Refusal
from wfhserver.geoip.lookup import caller_address, is_proxy
from wfhserver.models.users import Role, Scope, User
from wfhserver.setting_values import Proxy
from wfhserver.tokens import csrf_token

SESSION_COOKIE: Final = "wfh_session"
CSRF_HEADER: Final = "X-CSRF-Token"
_IPV6_PREFIX = 64
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Checks every request to a route of the dashboard."""

    def __init__(
        self, sessions: Sessions, trusted: Sequence[Proxy], public_url: str | None = None
    ) -> None:
        self._sessions = sessions
        self._trusted = trusted
        self._public_url = public_url

    async def user(self, request: Request, *roles: Role, scope: Scope | None = None) -> User:
        """Return the user who calls, if their role is one of *roles* (none given: any).

        With *scope* a program may call as well, with a key of that scope as its bearer token.
        """
        if scope is not None and "authorization" in request.headers:
            key = bearer_token(request.headers)
            return _checked(await self._sessions.user_of_key(key, scope), roles)
        token = session_token(request)
        # To look is on record: a page of another site could make its visitor look, for its reason.
        self.check_origin(request.headers)
        if request.method not in _SAFE_METHODS:
            given = request.headers.get(CSRF_HEADER, "").encode()
            if not hmac.compare_digest(given, csrf_token(token).encode()):
                raise Refusal(
                    Code.CSRF_FAILED,
                    f"Send the csrf_token of GET /api/session in the header {CSRF_HEADER}.",
                )
        return _checked(await self._sessions.user_of(token), roles)

    def check_origin(self, headers: Headers) -> None:
        """Refuse a request that a page of another site makes its visitor's browser send."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            is_own = site in ("same-origin", "none")
        else:
            # No browser, one that is old, or one that came without TLS.
            is_own = origin is None or self._is_ours(origin, headers.get("host", ""))
        if not is_own:
            raise Refusal(
                Code.CSRF_FAILED,
                "This request comes from a page of another site. If it does not, a proxy changes"
                " the Host header: set WFHSERVER_PUBLIC_URL to the address in the browser.",
            )

    def _is_ours(self, origin: str, host: str) -> bool:
        """Tell whether a page of *origin* is ours: by the Host header, or by the public URL.

        A proxy may leave the port out of the Host header, or put its own name there.
        """
        here = _netloc_of(origin)
        if self._public_url is not None:
            public = urlsplit(self._public_url.lower())
            if (urlsplit(origin.lower()).scheme, here) == (
                public.scheme,
                _netloc_of(self._public_url),
            ):
                return True
        scheme = origin.partition("://")[0]
        return here != "" and here == _netloc_of(f"{scheme}://{host}")

    def address(self, request: Request) -> str:
        """Return the caller's address, as far as proxies can be trusted.

        For IPv6 it is the network: a client there has 2**64 addresses.
        """
        peer = None if request.client is None else request.client.host
        forwarded = request.headers.getlist("x-forwarded-for")
        address = caller_address(peer, forwarded, self._trusted)
        if isinstance(address, IPv6Address):
            return str(ip_network((address, _IPV6_PREFIX), strict=False))
        return str(address)

    def is_https(self, request: Request) -> bool:
        """Tell whether the browser came over TLS, to this process or to a trusted proxy."""
        if request.url.scheme == "https":
            return True
        peer = None if request.client is None else request.client.host
        # Where proxies are in a row, the first one tells how the browser came.
        scheme = ",".join(request.headers.getlist("x-forwarded-proto")).partition(",")[0]
        return is_proxy(peer, self._trusted) and scheme.strip().lower() == "https"


def _checked(user: User, roles: tuple[Role, ...]) -> User:
    if roles and user.role not in roles:
        raise Refusal(Code.NOT_ALLOWED, f"This needs the role {' or '.join(roles)}.")
    return user


def session_token(request: Request) -> str:
    """Return what the cookie holds; Refusal `session_missing` without one."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token.isascii() or not token:
        raise Refusal(Code.SESSION_MISSING, "Sign in first: POST /api/session.")
    return token


def _netloc_of(origin: str) -> str:
    """Return host and port, without the port that goes without saying; empty for none."""
    try:
        parts = urlsplit(origin.lower())
        port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        return ""
    host = parts.hostname or ""
    return f"[{host}]{port}" if ":" in host else f"{host}{port}"
