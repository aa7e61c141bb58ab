"""Talks to the OpenID provider: where to send the browser, and whom a code identifies.

An identity is believed for the signature of a key that the provider publishes, and for claims that
are about this sign-in: issuer, audience, time and nonce.
"""

import base64
import hashlib
import logging
import ssl
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from wfhserver.accounts.id_tokens import check_claims, claims_of, usable_keys, why_invalid
from wfhserver.accounts.oidc_settings import OidcSettings
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.http_error import describe_http_error

_HTTP_SECONDS = 10.0
_CACHE_SECONDS = 3600.0
# The shortest time between two fetches of all keys because of an unknown one.
_RENEWAL_SECONDS = 60.0


log = logging.getLogger(__name__)


class _Metadata(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _ProviderData(msgspec.Struct, frozen=True):
    metadata: _Metadata
    keys: KeySet
    fetched_at: float


class IdentityProvider:
    """The provider of the settings; what it publishes is kept for an hour."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._known: _ProviderData | None = None
        # What the system trusts, a company's own authority among it.
        self._trust = ssl.create_default_context()

    async def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser goes to sign in; Refusal `oidc_unavailable`."""
        known = await self._current_data()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": self._settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        endpoint = known.metadata.authorization_endpoint
        return endpoint + ("&" if urlsplit(endpoint).query else "?") + urlencode(query)

    async def identity(self, *, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Return the claims about the user; Refusal `oidc_failed`, `oidc_unavailable`."""
        known = await self._current_data()
        answer = await self._exchange(known.metadata, code, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _sign_in_failed("the provider's answer has no ID token")
        now = self._clock.now()
        try:
            claims = await self._verify(known, token)
            check_claims(claims, nonce, self._settings, now)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _sign_in_failed(
                f"the ID token is not valid: {why_invalid(error, token, self._settings, now)}"
            ) from error
        return await self._with_user_info(known.metadata, answer.get("access_token"), claims)

    async def _with_user_info(
        self, metadata: _Metadata, token: Any, claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Return *claims* with those of the userinfo endpoint, if one that is needed is missing."""
        ours, url = self._settings, metadata.userinfo_endpoint
        is_whole = ours.has_roles(claims) and ours.username_of(claims) is not None
        if is_whole or url is None or not isinstance(token, str):
            return claims
        try:
            async with self._client() as client:
                headers = {"Authorization": f"Bearer {token}"}
                more = _object_of((await client.get(url, headers=headers)).raise_for_status())
        except (httpx.HTTPError, httpx.InvalidURL, Refusal) as error:
            # What the ID token says may be enough all the same.
            why = describe_http_error(error)
            log.warning("The userinfo endpoint %s cannot be used: %s", url, why)
            return claims
        if more.get("sub") != claims["sub"]:
            raise _sign_in_failed("the userinfo endpoint tells of somebody else")
        return {**more, **claims}

    async def _exchange(self, metadata: _Metadata, code: str, verifier: str) -> dict[str, Any]:
        ours = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": ours.redirect_uri,
            "code_verifier": verifier,
        }
        authentication = httpx.Auth()
        # In the header both would have to be quoted, on which not all providers agree.
        if "client_secret_post" in metadata.token_endpoint_auth_methods_supported:
            form |= {"client_id": ours.client_id, "client_secret": ours.client_secret}
        else:
            who, secret = quote(ours.client_id, safe=""), quote(ours.client_secret, safe="")
            authentication = httpx.BasicAuth(who, secret)
        try:
            async with self._client() as client:
                answer = await client.post(metadata.token_endpoint, data=form, auth=authentication)
        except httpx.HTTPError as error:
            raise _unavailable(metadata.token_endpoint, error) from error
        if answer.is_server_error:
            raise _unavailable(metadata.token_endpoint, f"HTTP {answer.status_code}")
        if not answer.is_success:
            raise _sign_in_failed(f"the provider refuses the code (HTTP {answer.status_code})")
        return _object_of(answer)

    async def _verify(self, known: _ProviderData, token: str) -> dict[str, Any]:
        try:
            return claims_of(token, known.keys)
        except InvalidKeyIdError:
            if self._clock.elapsed() - known.fetched_at < _RENEWAL_SECONDS:
                raise
        # The provider may have begun to sign with a new key.
        known = await self._fetch()
        return claims_of(token, known.keys)

    async def _current_data(self) -> _ProviderData:
        known = self._known
        if known is None or self._clock.elapsed() - known.fetched_at > _CACHE_SECONDS:
            known = await self._fetch()
        return known

    async def _fetch(self) -> _ProviderData:
        url = self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            async with self._client() as client:
                published = _object_of((await client.get(url)).raise_for_status())
                metadata = msgspec.convert(published, _Metadata)
                _check_metadata(metadata, self._settings.issuer)
                keys = _object_of((await client.get(metadata.jwks_uri)).raise_for_status())
            known = _ProviderData(
                metadata, usable_keys(keys, metadata.jwks_uri), self._clock.elapsed()
            )
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, JoseError) as error:
            raise _unavailable(url, error) from error
        self._known = known
        return known

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(verify=self._trust, timeout=_HTTP_SECONDS)


def _check_metadata(metadata: _Metadata, issuer: str) -> None:
    if metadata.issuer != issuer:
        raise ValueError(f"it says that it is {metadata.issuer}")
    # Loopback may do without TLS, and then the issuer does.
    scheme = urlsplit(issuer).scheme
    named = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
    for url in (*named, metadata.userinfo_endpoint or metadata.jwks_uri):
        if urlsplit(url).scheme not in ("https", scheme):
            raise ValueError(f"it names {url}, which has no TLS")


def _object_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise _unavailable(str(answer.url), error) from error
    return found


def _sign_in_failed(why: str) -> Refusal:
    return Refusal(Code.OIDC_FAILED, f"Signing in failed: {why}. Try again.")


def _unavailable(url: str, error: Exception | str) -> Refusal:
    why = error if isinstance(error, str) else describe_http_error(error)
    return Refusal(Code.OIDC_UNAVAILABLE, f"The OpenID provider cannot be used: {url}: {why}.")
