"""Sessions, as rows."""

from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

_ADD = """
INSERT INTO sessions (token_hash, user_id, expires_at, created_at, last_used_at, browser)
VALUES ($1, $2, $3, $4, $4, $5)
"""
_END = "DELETE FROM sessions WHERE token_hash = $1"
_END_ALL = "DELETE FROM sessions WHERE user_id = $1"
_EXPIRY = "SELECT expires_at FROM sessions WHERE token_hash = $1"
_EXPIRED = "FROM sessions WHERE expires_at <= $1"
_FORGET_EXPIRED = f"DELETE FROM sessions WHERE {unlocked(_EXPIRED)}"  # noqa: S608 -- our own


async def add(
    connection: AnyConnection,
    token_hash: bytes,
    user_id: int,
    expires_at: datetime,
    now: datetime,
    *,
    browser: str | None = None,
) -> None:
    """Store a session that began in that *browser*, and forget those that have ended."""
    await connection.execute(_FORGET_EXPIRED, now)
    await connection.execute(_ADD, token_hash, user_id, expires_at, now, browser)


async def expiry(connection: AnyConnection, token_hash: bytes) -> datetime | None:
    """Return when a session ends."""
    moment: datetime | None = await connection.fetchval(_EXPIRY, token_hash)
    return moment


async def end(connection: AnyConnection, token_hash: bytes) -> None:
    """End one session."""
    await connection.execute(_END, token_hash)


async def end_all(connection: AnyConnection, user_id: int) -> None:
    """End every session of a user."""
    await connection.execute(_END_ALL, user_id)
