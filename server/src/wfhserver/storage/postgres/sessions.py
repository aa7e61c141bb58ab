"""Sessions, as rows."""

from datetime import datetime

from wfhserver.models.users import SessionInfo
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

_ADD = """
INSERT INTO sessions (token_hash, user_id, expires_at, created_at, last_used_at, browser)
VALUES ($1, $2, $3, $4, $4, $5)
"""
_END = "DELETE FROM sessions WHERE token_hash = $1"
# What of the hash of a token names its session; it opens none.
_NUMBER = "encode(substring(token_hash FOR 8), 'hex')"
_LIST = f"""
SELECT {_NUMBER} AS session_id, browser, created_at, last_used_at, expires_at,
       token_hash = $2 AS is_current
  FROM sessions WHERE user_id = $1 AND expires_at > $3 ORDER BY created_at DESC NULLS LAST, 1
"""  # noqa: S608 -- our own
_END_ONE = f"""
DELETE FROM sessions WHERE user_id = $1 AND {_NUMBER} = $2 RETURNING user_id
"""  # noqa: S608 -- our own
_END_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2 RETURNING user_id"
_USE = "UPDATE sessions SET last_used_at = $2 WHERE token_hash = $1"
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


async def list_of(
    connection: AnyConnection, user_id: int, current: bytes, now: datetime
) -> list[SessionInfo]:
    """Return the open sessions of a user, the newest first; *current* is the hash of this one."""
    return [SessionInfo(**row) for row in await connection.fetch(_LIST, user_id, current, now)]


async def note_use(connection: AnyConnection, token_hash: bytes, now: datetime) -> None:
    """Note that a session is used."""
    await connection.execute(_USE, token_hash, now)


async def end_one(connection: AnyConnection, user_id: int, session_id: str) -> bool:
    """End the session of that name of a user; False when there is no such."""
    return bool(await connection.fetch(_END_ONE, user_id, session_id))


async def end_others(connection: AnyConnection, user_id: int, but: bytes) -> int:
    """End the sessions of a user *but* the one of that hash; return how many."""
    return len(await connection.fetch(_END_OTHERS, user_id, but))
