"""Sessions, and attempts to begin one, as rows."""

from collections.abc import Mapping
from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection

_ADD = "INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ($1, $2, $3)"
_END = "DELETE FROM sessions WHERE token_hash = $1"
_END_ALL = "DELETE FROM sessions WHERE user_id = $1"
_EXPIRY = "SELECT expires_at FROM sessions WHERE token_hash = $1"
_FORGET_EXPIRED = """
DELETE FROM sessions WHERE token_hash IN (
  SELECT token_hash FROM sessions WHERE expires_at <= $1 FOR UPDATE SKIP LOCKED)
"""

# Attempts on one subject take turns, so that many at once cannot pass a limit together.
_LOCK_SUBJECT = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver login ' || $1, 0))"
_FORGET_ATTEMPTS = """
DELETE FROM login_attempts WHERE ctid IN (
  SELECT ctid FROM login_attempts WHERE at <= $1 FOR UPDATE SKIP LOCKED)
"""
_COUNT_ATTEMPTS = """
SELECT subject, count(*) FROM login_attempts
 WHERE subject = ANY ($1::text[]) AND at > $2 GROUP BY subject
"""
_ADD_ATTEMPTS = "INSERT INTO login_attempts (subject, at) SELECT unnest($1::text[]), $2"
_FORGIVE = """
DELETE FROM login_attempts WHERE subject = $1 OR (subject = $2 AND at = $3)
"""


async def add(
    connection: AnyConnection, token_hash: bytes, user_id: int, expires_at: datetime, now: datetime
) -> None:
    """Store a session, and forget those that have ended."""
    await connection.execute(_FORGET_EXPIRED, now)
    await connection.execute(_ADD, token_hash, user_id, expires_at)


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


async def count_attempt(
    connection: AnyConnection, limits: Mapping[str, int], since: datetime, now: datetime
) -> str | None:
    """Count an attempt on each subject of *limits* unless one has reached its limit.

    Returns that subject, or None when the attempt was counted. Needs a transaction.
    """
    subjects = sorted(limits)
    for subject in subjects:
        await connection.execute(_LOCK_SUBJECT, subject)
    await connection.execute(_FORGET_ATTEMPTS, since)
    for row in await connection.fetch(_COUNT_ATTEMPTS, subjects, since):
        subject = row["subject"]
        if row["count"] >= limits[subject]:
            return str(subject)
    await connection.execute(_ADD_ATTEMPTS, subjects, now)
    return None


async def forgive(connection: AnyConnection, user: str, address: str, at: datetime) -> None:
    """Forget all attempts on *user*, and the one of *at* from *address*."""
    await connection.execute(_FORGIVE, user, address, at)
