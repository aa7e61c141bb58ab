"""Secrets of second factors, and recovery codes, as rows."""

from wfhserver.storage.postgres.connection import AnyConnection

_SECRETS = "SELECT totp_secret, totp_pending FROM users WHERE user_id = $1"
_BEGIN = "UPDATE users SET totp_pending = $2 WHERE user_id = $1"
_CONFIRM = """
UPDATE users SET totp_secret = totp_pending, totp_pending = NULL, totp_last_step = $2
 WHERE user_id = $1
"""
_END = """
UPDATE users SET totp_secret = NULL, totp_pending = NULL, totp_last_step = 0 WHERE user_id = $1
"""
_TAKE_STEP = """
UPDATE users SET totp_last_step = $2 WHERE user_id = $1 AND totp_last_step < $2 RETURNING user_id
"""
_FORGET_CODES = "DELETE FROM recovery_codes WHERE user_id = $1"
_ADD_CODES = "INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2::bytea[])"
_TAKE_CODE = """
DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id
"""


async def secrets_of(connection: AnyConnection, user_id: int) -> tuple[str | None, str | None]:
    """Return the secret in force and the one that waits for its first code."""
    row = await connection.fetchrow(_SECRETS, user_id)
    return (None, None) if row is None else (row["totp_secret"], row["totp_pending"])


async def begin(connection: AnyConnection, user_id: int, secret: str) -> None:
    """Store a secret that is in force once a code of it was right."""
    await connection.execute(_BEGIN, user_id, secret)


async def confirm(
    connection: AnyConnection, user_id: int, step: int, code_hashes: list[bytes]
) -> None:
    """Put the waiting secret in force, with *step* taken, and replace the recovery codes."""
    await connection.execute(_CONFIRM, user_id, step)
    await connection.execute(_FORGET_CODES, user_id)
    await connection.execute(_ADD_CODES, user_id, code_hashes)


async def end(connection: AnyConnection, user_id: int) -> None:
    """Forget the second factor of a user."""
    await connection.execute(_END, user_id)
    await connection.execute(_FORGET_CODES, user_id)


async def take_step(connection: AnyConnection, user_id: int, step: int) -> bool:
    """Take the code of *step*; false when it, or a later one, was taken before."""
    return await connection.fetchval(_TAKE_STEP, user_id, step) is not None


async def take_recovery_code(connection: AnyConnection, user_id: int, code_hash: bytes) -> bool:
    """Use up a recovery code; false when there is no such."""
    return await connection.fetchval(_TAKE_CODE, user_id, code_hash) is not None
