"""The code with which the first administrator is created, as a row."""

from datetime import datetime

from wfhserver.storage.postgres.connection import AnyConnection

_REPLACE = """
INSERT INTO setup_code (code_hash, expires_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE
   SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
"""
# Locked: of two who create the first administrator at once, one waits and then finds no code.
_EXPIRY = "SELECT expires_at FROM setup_code WHERE code_hash = $1 FOR UPDATE"
_DELETE = "DELETE FROM setup_code"


async def replace(connection: AnyConnection, code_hash: bytes, expires_at: datetime) -> None:
    """Store a code; the one before is valid no longer."""
    await connection.execute(_REPLACE, code_hash, expires_at)


async def expiry(connection: AnyConnection, code_hash: bytes) -> datetime | None:
    """Return when that code ends, None when it is not the newest; locks it until the commit."""
    moment: datetime | None = await connection.fetchval(_EXPIRY, code_hash)
    return moment


async def delete(connection: AnyConnection) -> None:
    """Remove the code, which has been used or is no longer needed."""
    await connection.execute(_DELETE)
