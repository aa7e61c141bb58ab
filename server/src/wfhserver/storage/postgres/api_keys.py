"""Keys of programs, as rows."""

from datetime import datetime

from wfhserver.models.users import ApiKey, Scope, User
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.users import BY_KEY, user_of

_ADD = """
INSERT INTO api_keys (key_hash, user_id, label, scope, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING key_id
"""
_LIST = """
SELECT k.key_id, k.label, k.scope, u.username, k.created_at, k.expires_at, k.revoked_at
  FROM api_keys AS k JOIN users AS u USING (user_id) ORDER BY k.key_id
"""
_REVOKE = """
UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1 RETURNING label
"""
_REVOKE_ALL = """
UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
"""


async def add(
    connection: AnyConnection,
    key_hash: bytes,
    user: User,
    *,
    label: str,
    scope: Scope,
    lifetime: tuple[datetime, datetime],
) -> int:
    """Store a key of *user*, valid within *lifetime*; return its number."""
    key_id: int = await connection.fetchval(_ADD, key_hash, user.user_id, label, scope, *lifetime)
    return key_id


async def list_keys(connection: AnyConnection) -> list[ApiKey]:
    """Return every key, revoked ones too."""
    rows = await connection.fetch(_LIST)
    return [ApiKey(**{**row, "scope": Scope(row["scope"])}) for row in rows]


async def revoke(connection: AnyConnection, key_id: int, at: datetime) -> str | None:
    """Revoke a key; return its label, None when there is no such."""
    label: str | None = await connection.fetchval(_REVOKE, key_id, at)
    return label


async def revoke_all(connection: AnyConnection, user_id: int, at: datetime) -> int:
    """Revoke every valid key of a user; return how many."""
    status: str = await connection.execute(_REVOKE_ALL, user_id, at)
    return int(status.rpartition(" ")[2])


async def find_user(
    connection: AnyConnection, key_hash: bytes, scope: Scope, now: datetime
) -> User | None:
    """Return the user for whom a valid key of *scope* acts, under the key's name."""
    row = await connection.fetchrow(BY_KEY, key_hash, scope, now)
    return None if row is None else user_of(row, key=row["label"])
