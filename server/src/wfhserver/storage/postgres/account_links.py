"""Links with which somebody sets their own password, as rows."""

from datetime import datetime

import msgspec

from wfhserver.models.users import LinkKind
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.unlocked import unlocked

_OLD = "FROM account_links WHERE expires_at <= $1"
_FORGET = f"DELETE FROM account_links WHERE {unlocked(_OLD)}"  # noqa: S608 -- our own
_END_OPEN = """
UPDATE account_links SET ended_as = 'replaced' WHERE user_id = $1 AND ended_as IS NULL
"""
_ADD = """
INSERT INTO account_links (token_hash, user_id, kind, expires_at) VALUES ($1, $2, $3, $4)
"""
# Locked: of two who use a link at once, one waits and then finds it used.
_FIND = """
SELECT l.user_id, u.username, l.kind, l.expires_at, l.ended_as,
       u.disabled_at IS NOT NULL AS is_disabled
  FROM account_links AS l JOIN users AS u USING (user_id) WHERE l.token_hash = $1
   FOR UPDATE OF l
"""
_USE = "UPDATE account_links SET ended_as = 'used' WHERE token_hash = $1"


class StoredLink(msgspec.Struct, frozen=True):
    """A link without its token; *ended_as* is `used` or `replaced`, None while it works."""

    user_id: int
    username: str
    kind: LinkKind
    expires_at: datetime
    ended_as: str | None
    is_disabled: bool


async def add(
    connection: AnyConnection, token_hash: bytes, user_id: int, kind: LinkKind, ends: datetime
) -> None:
    """Store a link, which replaces those of the user that still work."""
    await end_open(connection, user_id)
    await connection.execute(_ADD, token_hash, user_id, kind, ends)


async def end_open(connection: AnyConnection, user_id: int) -> None:
    """Let no link of that user work any more."""
    await connection.execute(_END_OPEN, user_id)


async def find(connection: AnyConnection, token_hash: bytes) -> StoredLink | None:
    """Return a link, locked until the commit; None when there is no such."""
    row = await connection.fetchrow(_FIND, token_hash)
    return None if row is None else StoredLink(**{**row, "kind": LinkKind(row["kind"])})


async def use(connection: AnyConnection, token_hash: bytes) -> None:
    """Note that a link was used."""
    await connection.execute(_USE, token_hash)


async def forget(connection: AnyConnection, until: datetime) -> None:
    """Forget links that expired before *until*."""
    await connection.execute(_FORGET, until)
