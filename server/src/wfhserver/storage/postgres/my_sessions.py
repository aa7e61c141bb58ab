"""Links and sessions of employees who look at their own data, as rows."""

from datetime import datetime

import asyncpg

from wfhserver.storage.postgres.connection import AnyConnection

_EMPLOYEE = "SELECT employee_id FROM agents WHERE agent_id = $1"
_FORGET_LINKS = "DELETE FROM my_data_links WHERE expires_at < $1"
_ADD_LINK = "INSERT INTO my_data_links (code_hash, employee_id, expires_at) VALUES ($1, $2, $3)"
_USE_LINK = """
UPDATE my_data_links SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2
RETURNING employee_id
"""
_LINK = "SELECT used_at FROM my_data_links WHERE code_hash = $1"
_FORGET = "DELETE FROM my_sessions WHERE expires_at <= $1"
_ADD = "INSERT INTO my_sessions (token_hash, employee_id, expires_at) VALUES ($1, $2, $3)"
_FIND = """
SELECT e.employee_id, e.username, s.expires_at
  FROM my_sessions AS s JOIN employees AS e USING (employee_id)
 WHERE s.token_hash = $1 AND s.expires_at > $2
"""
_END = "DELETE FROM my_sessions WHERE token_hash = $1"


async def add_link(
    connection: AnyConnection, agent_id: int, code_hash: bytes, expires_at: datetime
) -> None:
    """Store a link for the employee of that agent."""
    employee_id = await connection.fetchval(_EMPLOYEE, agent_id)
    await connection.execute(_ADD_LINK, code_hash, employee_id, expires_at)


async def use_link(
    connection: AnyConnection, code_hash: bytes, now: datetime, forget_before: datetime
) -> int | None:
    """Return whose data a link opens, once; None when it does not, or no more."""
    await connection.execute(_FORGET_LINKS, forget_before)
    employee_id: int | None = await connection.fetchval(_USE_LINK, code_hash, now)
    return employee_id


async def find_link(connection: AnyConnection, code_hash: bytes) -> asyncpg.Record | None:
    """Return used_at of a link, to say why it opens nothing."""
    return await connection.fetchrow(_LINK, code_hash)


async def add(
    connection: AnyConnection,
    token_hash: bytes,
    employee_id: int,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Store a session, and forget those that have ended."""
    await connection.execute(_FORGET, now)
    await connection.execute(_ADD, token_hash, employee_id, expires_at)


async def find(
    connection: AnyConnection, token_hash: bytes, now: datetime
) -> asyncpg.Record | None:
    """Return employee_id, username, expires_at of a session that has not ended."""
    return await connection.fetchrow(_FIND, token_hash, now)


async def end(connection: AnyConnection, token_hash: bytes) -> None:
    """End a session."""
    await connection.execute(_END, token_hash)
