"""ID tokens of an OpenID provider: which keys verify them, and what is wrong with one."""

import base64
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from wfhserver.accounts.oidc_settings import OidcSettings

log = logging.getLogger(__name__)

# Signatures of public keys only: with HS256 the published key would be the secret.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
_LEEWAY_SECONDS = 60
# What a key of an unknown kind, or one that is broken, makes of the library.
_UNUSABLE = (JoseError, ValueError, TypeError, LookupError, AttributeError, UnsupportedAlgorithm)


def usable_keys(published: Mapping[str, Any], url: str) -> KeySet:
    """Return the keys that can verify a signature; others are left out (RFC 7517, 5)."""
    found = published.get("keys")
    usable: list[Key] = []
    for number, each in enumerate(found if isinstance(found, list) else [], start=1):
        try:
            if not isinstance(each, dict) or each.get("kty") == "oct" or each.get("use") == "enc":
                raise ValueError("it is no public key for signatures")
            key = JWKRegistry.import_key(each)
            key.get_op_key("verify")
        except _UNUSABLE as error:
            log.info("Key %d of %s is left out: %s: %s", number, url, type(error).__name__, error)
        else:
            usable.append(key)
    if not usable:
        raise ValueError(f"{url} has no key that can be used")
    return KeySet(usable)


def claims_of(token: str, keys: KeySet) -> dict[str, Any]:
    """Return what a token says that one of *keys* has signed; JoseError or ValueError otherwise."""
    if len(keys.keys) == 1 or "kid" in _part_of(token, 0):
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    # Which key it is the provider does not say.
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            continue
    raise InvalidKeyIdError("it names no key (kid), and none of the provider's keys has signed it")


def check_claims(claims: dict[str, Any], nonce: str, ours: OidcSettings, now: datetime) -> None:
    """Raise JoseError, ValueError or TypeError for a token that is not about this sign-in."""
    jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": ours.issuer},
        aud={"essential": True, "value": ours.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(claims)
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_shared or "azp" in claims) and claims.get("azp") != ours.client_id:
        raise ValueError("it was made for another program")


def why_invalid(error: Exception, token: str, settings: OidcSettings, at: datetime) -> str:
    """Return what is wrong with a token: what it contains, and what was expected."""
    claims = _part_of(token, 1)
    ours = {
        "aud": f"it is for {claims.get('aud')!r},"
        f" WFHSERVER_OIDC_CLIENT_ID is {settings.client_id!r}",
        "iss": f"it is of {claims.get('iss')!r}, WFHSERVER_OIDC_ISSUER is {settings.issuer!r}",
    }
    now = int(at.timestamp())
    moments = {name: claims.get(name) for name in ("iat", "nbf", "exp")}
    apart = ", ".join(
        f"{name} {value - now:+.0f} s"
        for name, value in moments.items()
        if isinstance(value, int | float)
    )
    claim = getattr(error, "claim", None)
    if claim in ours:
        return ours[claim]
    if claim in moments or isinstance(error, ExpiredTokenError):
        return f"by this server's clock its times are {apart}; set both clocks ({error})"
    return f"{type(error).__name__}: {error}"


def _part_of(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number] if token.count(".") >= number else ""
    try:
        padded = part + "=" * (-len(part) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        return {}
