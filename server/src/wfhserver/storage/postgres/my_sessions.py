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
_REPLACE_REUSABLE = """
DELETE FROM my_data_links AS l USING agents AS a
 WHERE a.agent_id = $1 AND l.employee_id = a.employee_id AND l.is_reusable
"""
_END_REUSABLE = "DELETE FROM my_data_links WHERE employee_id = $1 AND is_reusable"
_ADD_REUSABLE = _ADD_LINK.replace("expires_at)", "expires_at, is_reusable)").replace(
    "$3 FROM", "$3, true FROM"
)
# What the agent may not see any more, nobody sees who came by it; except those who left, for as
# long as their departure allows. $2 is the time.
_MAY_SEE = f"""(
  a.revoked_at IS NULL AND NOT a.blocked
  OR EXISTS (SELECT FROM departures AS d
              WHERE d.employee_id = a.employee_id AND d.my_data_until > $2)
) AND {IDENTITY_CERTAIN}"""
_USE_LINK = f"""
UPDATE my_data_links AS l SET used_at = $2 FROM agents AS a
 WHERE l.code_hash = $1 AND (l.used_at IS NULL OR l.is_reusable) AND l.expires_at > $2
   AND a.agent_id = l.agent_id AND {_MAY_SEE}
RETURNING l.agent_id
"""  # noqa: S608 -- our own condition
_LINK = f"""
SELECT CASE WHEN NOT l.is_reusable THEN l.used_at END AS used_at, l.expires_at,
       coalesce({_MAY_SEE}, false) AS may_see
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


async def replace_reusable_link(
    connection: AnyConnection, agent_id: int, code_hash: bytes, expires_at: datetime
) -> None:
    """Store a link that works until it expires; an earlier one of the employee ends."""
    await connection.execute(_REPLACE_REUSABLE, agent_id)
    await connection.execute(_ADD_REUSABLE, agent_id, code_hash, expires_at)


async def end_reusable_link(connection: AnyConnection, employee_id: int) -> None:
    """End the link that works more than once."""
    await connection.execute(_END_REUSABLE, employee_id)


async def use_link(
    connection: AnyConnection, code_hash: bytes, now: datetime, forget_before: datetime
) -> int | None:
    """Return the agent whose employee's data a link opens, once; None when it opens nothing."""
    await connection.execute(_FORGET_LINKS, forget_before)
    agent_id: int | None = await connection.fetchval(_USE_LINK, code_hash, now)
    return agent_id


async def find_link(connection: AnyConnection, code_hash: bytes, now: datetime) -> LinkState | None:
    """Return the state of a link, to say why it opens nothing; None when it is unknown."""
    row = await connection.fetchrow(_LINK, code_hash, now)
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
