"""Browsers from which users have signed in, as rows."""

from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

_EXPIRED = "FROM known_devices WHERE expires_at <= $1"
_FORGET = f"DELETE FROM known_devices WHERE {unlocked(_EXPIRED)}"  # noqa: S608 -- our own
_ADD = """
INSERT INTO known_devices (token_hash, user_id, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (token_hash, user_id) DO UPDATE SET expires_at = excluded.expires_at
"""
_IS_KNOWN = """
SELECT EXISTS (SELECT FROM known_devices WHERE token_hash = $1 AND expires_at > $3
                  AND ($2::int IS NULL OR user_id = $2))
"""
_END_ALL = "DELETE FROM known_devices WHERE user_id = $1"


async def add(
    connection: AnyConnection, token_hash: bytes, user_id: int, expires_at: datetime, now: datetime
) -> None:
    """Remember that a user has signed in there, and forget those that nobody has used for long."""
    await connection.execute(_FORGET, now)
    await connection.execute(_ADD, token_hash, user_id, expires_at)


async def is_known(
    connection: AnyConnection, token_hash: bytes, user_id: int | None, now: datetime
) -> bool:
    """Tell whether that user has signed in there, or with None whether anybody has."""
    return bool(await connection.fetchval(_IS_KNOWN, token_hash, user_id, now))


async def end_all(connection: AnyConnection, user_id: int) -> None:
    """Forget every browser of a user."""
    await connection.execute(_END_ALL, user_id)
