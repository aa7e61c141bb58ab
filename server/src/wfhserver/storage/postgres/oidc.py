"""Sign-ins through an OpenID provider, and whom it means, as rows."""

from datetime import datetime

import asyncpg
import msgspec

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

_EXPIRED = "FROM oidc_attempts WHERE expires_at <= $1"
_FORGET_EXPIRED = f"DELETE FROM oidc_attempts WHERE {unlocked(_EXPIRED)}"  # noqa: S608 -- our own
_COUNT = "SELECT count(*) FROM oidc_attempts"
_ADD = """
INSERT INTO oidc_attempts (state_hash, nonce, verifier, expires_at) VALUES ($1, $2, $3, $4)
"""
_TAKE = """
DELETE FROM oidc_attempts WHERE state_hash = $1 RETURNING nonce, verifier, expires_at > $2 AS valid
"""
_FIND = "SELECT username FROM users WHERE oidc_subject = $1"
_LINK = "UPDATE users SET oidc_subject = $2 WHERE username = $1"


class OidcAttempt(msgspec.Struct, frozen=True):
    """What has to come back in the provider's answer, and what it is asked with."""

    nonce: str
    verifier: str


async def delete_expired(connection: AnyConnection, now: datetime) -> None:
    """Forget the attempts that can no longer end."""
    await connection.execute(_FORGET_EXPIRED, now)


async def add_attempt(
    connection: AnyConnection, state_hash: bytes, attempt: OidcAttempt, ends: datetime
) -> None:
    """Store an attempt."""
    await connection.execute(_ADD, state_hash, attempt.nonce, attempt.verifier, ends)


async def count_attempts(connection: AnyConnection) -> int:
    """Return how many have begun and not come back."""
    count: int = await connection.fetchval(_COUNT)
    return count


async def take_attempt(
    connection: AnyConnection, state_hash: bytes, now: datetime
) -> OidcAttempt | None:
    """Return an attempt that has not expired and remove it; None when there is none."""
    row: asyncpg.Record | None = await connection.fetchrow(_TAKE, state_hash, now)
    return OidcAttempt(row["nonce"], row["verifier"]) if row is not None and row["valid"] else None


async def name_of(connection: AnyConnection, subject: str) -> str | None:
    """Return the name of the user whom the provider means; None when nobody is."""
    name: str | None = await connection.fetchval(_FIND, subject)
    return name


async def link(connection: AnyConnection, username: str, subject: str) -> None:
    """Remember whom the provider means by *subject*."""
    await connection.execute(_LINK, username, subject)
