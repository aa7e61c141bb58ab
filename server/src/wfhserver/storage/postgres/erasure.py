"""Deletes every row that is about one employee, but for the audit, which keeps the number."""

from datetime import datetime

import asyncpg

from wfhserver.storage.postgres.connection import AnyConnection

# Who places a hold waits for it: the hold refers to this row.
_LOCK = "SELECT employee_id, username FROM employees WHERE employee_id = $1 FOR UPDATE"
_HELD = "SELECT held_since, held_by FROM legal_holds WHERE employee_id = $1"
_REVOKE = """
UPDATE agents SET revoked_at = $2 WHERE employee_id = $1 AND revoked_at IS NULL
"""
# In the order in which heartbeats lock: presence before agents. What is on its way waits here, and
# finds no agent then.
_LOCK_PRESENCE = """
SELECT FROM agent_presence WHERE agent_id IN (SELECT agent_id FROM agents WHERE employee_id = $1)
 ORDER BY agent_id FOR UPDATE
"""
_LOCK_AGENTS = "SELECT agent_id FROM agents WHERE employee_id = $1 ORDER BY agent_id FOR UPDATE"
_OF_AGENTS = {
    "heartbeats": "DELETE FROM employee_heartbeats WHERE agent_id = ANY ($1::int[])",
    "logs": "DELETE FROM employee_logs WHERE agent_id = ANY ($1::int[])",
    "missed_logs": "DELETE FROM employee_missed_logs WHERE agent_id = ANY ($1::int[])",
    "presence": "DELETE FROM agent_presence WHERE agent_id = ANY ($1::int[])",
    "machines": "DELETE FROM agents WHERE agent_id = ANY ($1::int[])",
}
_OF_EMPLOYEE = {
    "team_memberships": "DELETE FROM team_members WHERE employee_id = $1",
    "enrolment_requests": """
DELETE FROM enrollment_requests
 WHERE username = (SELECT username FROM employees WHERE employee_id = $1)""",
    "employees": "DELETE FROM employees WHERE employee_id = $1",
}
_IS_USER = "SELECT EXISTS (SELECT FROM users WHERE username = $1)"


async def lock(connection: AnyConnection, employee_id: int) -> asyncpg.Record | None:
    """Return the employee, locked until the transaction ends; None when there is nobody."""
    return await connection.fetchrow(_LOCK, employee_id)


async def hold_of(connection: AnyConnection, employee_id: int) -> asyncpg.Record | None:
    """Return since when and by whom the employee is held; None when there is no hold."""
    return await connection.fetchrow(_HELD, employee_id)


async def revoke_agents(connection: AnyConnection, employee_id: int, at: datetime) -> int:
    """Revoke every agent of the employee; return how many were not revoked before."""
    status: str = await connection.execute(_REVOKE, employee_id, at)
    return int(status.rpartition(" ")[2])


async def lock_agents(connection: AnyConnection, employee_id: int) -> list[int]:
    """Return the agents of the employee; until the transaction ends nothing more comes of them."""
    await connection.execute(_LOCK_PRESENCE, employee_id)
    return [row["agent_id"] for row in await connection.fetch(_LOCK_AGENTS, employee_id)]


async def delete_rows(
    connection: AnyConnection, employee_id: int, agents: list[int]
) -> dict[str, int]:
    """Delete everything; return how many rows of what. Needs what `lock_agents` locked."""
    counts = {}
    for what, sql in _OF_AGENTS.items():
        counts[what] = int((await connection.execute(sql, agents)).rpartition(" ")[2])
    for what, sql in _OF_EMPLOYEE.items():
        counts[what] = int((await connection.execute(sql, employee_id)).rpartition(" ")[2])
    return counts


async def is_user(connection: AnyConnection, username: str) -> bool:
    """Tell whether somebody of that name may sign in at the dashboard."""
    found: bool = await connection.fetchval(_IS_USER, username)
    return found
