"""Links and sessions of employees who look at their own data, as rows."""

from datetime import datetime

import msgspec

from wfhserver.models.users import MySession
from wfhserver.storage.postgres.agents import IDENTITY_CERTAIN
from wfhserver.storage.postgres.connection import AnyConnection

_FORGET_LINKS = "DELETE FROM my_data_links WHERE expires_at < $1"
_ADD_LINK = """
INSERT INTO my_data_links (code_hash, employee_id, agent_id, expires_at)
SELECT $2, employee_id, agent_id, $3 FROM agents WHERE agent_id = $1
"""
# What the agent may not see any more, nobody sees who came by it.
_MAY_SEE = f"a.revoked_at IS NULL AND NOT a.blocked AND {IDENTITY_CERTAIN}"
_USE_LINK = f"""
UPDATE my_data_links AS l SET used_at = $2 FROM agents AS a
 WHERE l.code_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2
   AND a.agent_id = l.agent_id AND {_MAY_SEE}
RETURNING l.agent_id
"""  # noqa: S608 -- our own condition
_LINK = f"""
SELECT l.used_at, l.expires_at, coalesce({_MAY_SEE}, false) AS may_see
  FROM my_data_links AS l LEFT JOIN agents AS a USING (agent_id) WHERE l.code_hash = $1
"""  # noqa: S608 -- our own condition
_FORGET = "DELETE FROM my_sessions WHERE expires_at <= $1"
_ADD = """
INSERT INTO my_sessions (token_hash, employee_id, agent_id, expires_at)
SELECT $1, employee_id, agent_id, $3 FROM agents WHERE agent_id = $2
"""
_FIND = f"""
SELECT e.employee_id, e.username, s.expires_at
  FROM my_sessions AS s JOIN employees AS e USING (employee_id) JOIN agents AS a USING (agent_id)
 WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.employee_id = s.employee_id AND {_MAY_SEE}
"""  # noqa: S608 -- our own condition
_END = "DELETE FROM my_sessions WHERE token_hash = $1"


class LinkState(msgspec.Struct, frozen=True):
    """Why a link opens nothing: it was used, it has expired, or its agent may not show the data."""

    used_at: datetime | None
    expires_at: datetime
    may_see: bool


async def add_link(
    connection: AnyConnection, agent_id: int, code_hash: bytes, expires_at: datetime
) -> None:
    """Store a link for the employee of that agent."""
    await connection.execute(_ADD_LINK, agent_id, code_hash, expires_at)


async def use_link(
    connection: AnyConnection, code_hash: bytes, now: datetime, forget_before: datetime
) -> int | None:
    """Return the agent whose employee's data a link opens, once; None when it opens nothing."""
    await connection.execute(_FORGET_LINKS, forget_before)
    agent_id: int | None = await connection.fetchval(_USE_LINK, code_hash, now)
    return agent_id


async def find_link(connection: AnyConnection, code_hash: bytes) -> LinkState | None:
    """Return the state of a link, to say why it opens nothing; None when it is unknown."""
    row = await connection.fetchrow(_LINK, code_hash)
    return None if row is None else LinkState(**row)


async def add(
    connection: AnyConnection,
    token_hash: bytes,
    agent_id: int,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Store a session of the agent's employee, and forget those that have ended."""
    await connection.execute(_FORGET, now)
    await connection.execute(_ADD, token_hash, agent_id, expires_at)


async def find(connection: AnyConnection, token_hash: bytes, now: datetime) -> MySession | None:
    """Return a session that has not ended.

    It ends with its time, and with the right of its agent to show this employee's data.
    """
    row = await connection.fetchrow(_FIND, token_hash, now)
    return None if row is None else MySession(**row)


async def end(connection: AnyConnection, token_hash: bytes) -> None:
    """End a session."""
    await connection.execute(_END, token_hash)
