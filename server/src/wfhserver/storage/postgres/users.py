"""Users, as rows."""

from datetime import datetime

import asyncpg
import msgspec

from wfhserver.models.users import Role, User, UserAccount
from wfhserver.names import normalize_name
from wfhserver.storage.postgres.connection import AnyConnection

_USER = """
SELECT u.user_id, u.username, u.role, u.password_hash, u.disabled_at, u.created_at,
       u.is_invited, u.oidc_subject IS NOT NULL AS is_company,
       u.totp_secret IS NOT NULL AS has_second_factor,
       ARRAY (SELECT t.name FROM team_managers AS m JOIN teams AS t USING (team_id)
               WHERE m.user_id = u.user_id ORDER BY t.name) AS teams
  FROM users AS u
"""
# Locked: two administrators who demote each other at once take turns.
_ADMINS = """
SELECT user_id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY user_id FOR UPDATE
"""
# As it was typed, for rows that were stored before names were normalized; or as it is stored now.
_BY_NAME = _USER + "WHERE u.username IN ($1, $2) ORDER BY u.username <> $1 LIMIT 1"
_BY_ID = _USER + "WHERE u.user_id = $1"
_OPEN_LINKS = """
SELECT user_id, max(expires_at) AS expires_at FROM account_links
 WHERE ended_as IS NULL AND expires_at > $1 GROUP BY user_id
"""
_ALL = _USER + "ORDER BY u.username"
_BY_SESSION = (
    _USER.replace("AS teams", "AS teams, s.last_used_at")
    + """JOIN sessions AS s USING (user_id)
 WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL"""
)
BY_KEY = (
    _USER.replace("AS teams", "AS teams, k.label")
    + """JOIN api_keys AS k USING (user_id)
 WHERE k.key_hash = $1 AND k.scope = $2 AND k.expires_at > $3 AND k.revoked_at IS NULL
   AND u.disabled_at IS NULL"""
)
_ANY = "SELECT EXISTS (SELECT FROM users)"
_ADD = """
INSERT INTO users (username, password_hash, role, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (username) DO NOTHING RETURNING user_id
"""
_REPLACE_HASH = """
UPDATE users SET password_hash = $2, is_invited = false WHERE username = $1 RETURNING user_id
"""
_SET_INVITED = "UPDATE users SET is_invited = true WHERE user_id = $1"
_SET_ROLE = "UPDATE users SET role = $2 WHERE username = $1 RETURNING user_id"
_DISABLE = """
UPDATE users SET disabled_at = coalesce(disabled_at, $2) WHERE username = $1 RETURNING user_id
"""
_ENABLE = "UPDATE users SET disabled_at = NULL WHERE username = $1 RETURNING user_id"


class StoredUser(msgspec.Struct, frozen=True):
    """A user with what signing in is checked against; never leaves the server."""

    account: UserAccount
    password_hash: str
    has_second_factor: bool

    @property
    def user(self) -> User:
        """Who this is once signed in."""
        account = self.account
        return User(account.user_id, account.username, account.role, account.teams)


async def find(connection: AnyConnection, username: str) -> StoredUser | None:
    """Return the user of that name; None when there is no such."""
    row = await connection.fetchrow(_BY_NAME, username, normalize_name(username))
    if row is None:
        return None
    return StoredUser(_account(row), row["password_hash"], row["has_second_factor"])


async def find_account(connection: AnyConnection, user_id: int) -> UserAccount | None:
    """Return the user of that number; None when there is no such."""
    row = await connection.fetchrow(_BY_ID, user_id)
    return None if row is None else _account(row)


async def list_all(connection: AnyConnection) -> list[UserAccount]:
    """Return every user in the order of the names, disabled ones too."""
    return [_account(row) for row in await connection.fetch(_ALL)]


async def open_links(connection: AnyConnection, now: datetime) -> dict[int, datetime]:
    """Return until when a link sets the password of a user, by user; those that still work."""
    rows = await connection.fetch(_OPEN_LINKS, now)
    return {row["user_id"]: row["expires_at"] for row in rows}


async def find_by_session(
    connection: AnyConnection, token_hash: bytes, now: datetime
) -> tuple[User, datetime | None] | None:
    """Return the user of a session that has not ended, and when it was last used.

    None also when the user is disabled.
    """
    row = await connection.fetchrow(_BY_SESSION, token_hash, now)
    return None if row is None else (user_of(row), row["last_used_at"])


async def has_any(connection: AnyConnection) -> bool:
    """Tell whether there is a user, whoever it is."""
    return bool(await connection.fetchval(_ANY))


async def add(
    connection: AnyConnection, username: str, password_hash: str, role: Role, at: datetime
) -> int | None:
    """Store a user; return the id, None when the name is taken."""
    user_id: int | None = await connection.fetchval(_ADD, username, password_hash, role, at)
    return user_id


async def has_admin(connection: AnyConnection) -> bool:
    """Tell whether somebody may administer; holds that somebody until the transaction ends."""
    return bool(await connection.fetch(_ADMINS))


async def set_password(connection: AnyConnection, username: str, password_hash: str) -> int | None:
    """Replace the password; return the user's id, None when there is none."""
    user_id: int | None = await connection.fetchval(_REPLACE_HASH, username, password_hash)
    return user_id


async def set_invited(connection: AnyConnection, user_id: int) -> None:
    """Note that a user has yet to set a password."""
    await connection.execute(_SET_INVITED, user_id)


async def set_role(connection: AnyConnection, username: str, role: Role) -> int | None:
    """Replace the role; return the user's id, None when there is none."""
    user_id: int | None = await connection.fetchval(_SET_ROLE, username, role)
    return user_id


async def set_disabled(connection: AnyConnection, username: str, at: datetime | None) -> int | None:
    """Disable a user at *at*, or enable with None; return the id, None when there is none."""
    arguments = [username] if at is None else [username, at]
    statement = _ENABLE if at is None else _DISABLE
    user_id: int | None = await connection.fetchval(statement, *arguments)
    return user_id


def _account(row: asyncpg.Record) -> UserAccount:
    return UserAccount(
        user_id=row["user_id"],
        username=row["username"],
        role=Role(row["role"]),
        teams=row["teams"],
        disabled=row["disabled_at"] is not None,
        created_at=row["created_at"],
        is_invited=row["is_invited"],
        is_company=row["is_company"],
    )


def user_of(row: asyncpg.Record, *, key: str | None = None) -> User:
    """Return the user in a row of `_USER`; *key* is the key that acts for the user, if one does."""
    return User(
        user_id=row["user_id"],
        username=row["username"],
        role=Role(row["role"]),
        teams=list(row["teams"]),
        key=key,
    )
