"""Who may neither report nor enroll, as rows."""

from datetime import datetime

import msgspec

from wfhserver.models.enrollment import BlockRow
from wfhserver.storage.interface import EnrollmentBlock
from wfhserver.storage.postgres import erased_blocks
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.usernames import employee_named

_LOCK_AGENT = """
SELECT employee_id, hostname FROM agents WHERE agent_id = $1 FOR UPDATE
"""
# The empty update gives back the number of the block that is there already.
_ADD = """
INSERT INTO enrollment_blocks (employee_id, hostname, blocked_at, blocked_by)
VALUES ($1, $2, $3, $4)
ON CONFLICT (employee_id, coalesce(hostname, '')) DO UPDATE SET hostname = excluded.hostname
RETURNING block_id
"""
_REMOVE = """
DELETE FROM enrollment_blocks WHERE block_id = $1 RETURNING employee_id, hostname
"""
_LIST = """
SELECT b.block_id, b.employee_id, e.username, b.hostname, b.blocked_at, b.blocked_by,
       false AS is_erased
  FROM enrollment_blocks AS b JOIN employees AS e USING (employee_id)
 ORDER BY e.username, b.hostname NULLS FIRST
"""
BLOCKED = """EXISTS (
  SELECT FROM enrollment_blocks AS b
   WHERE b.employee_id = a.employee_id AND (b.hostname IS NULL OR b.hostname = a.hostname))"""
"""Whether the agent *a* is blocked."""
_FOLLOW = f"""
UPDATE agents AS a SET blocked = {BLOCKED}
 WHERE a.employee_id = $1 AND a.blocked <> {BLOCKED}
"""  # noqa: S608 -- our own condition
_FIND = f"""
SELECT block_id, employee_id FROM enrollment_blocks
 WHERE employee_id = {employee_named("$1")} AND (hostname IS NULL OR hostname = $2)
 ORDER BY hostname NULLS FIRST LIMIT 1
"""  # noqa: S608 -- our own expression
_EMPLOYEE = f"SELECT {employee_named('$1')}"


class BlockedDevice(msgspec.Struct, frozen=True):
    """A device of an employee; *hostname* is None for every device."""

    employee_id: int
    hostname: str | None


async def lock_agent(connection: AnyConnection, agent_id: int) -> BlockedDevice | None:
    """Return the device of an agent, locked; None when there is no such agent."""
    row = await connection.fetchrow(_LOCK_AGENT, agent_id)
    return None if row is None else BlockedDevice(**row)


async def add(
    connection: AnyConnection, employee_id: int, hostname: str | None, *, at: datetime, by: str
) -> int:
    """Block a device of an employee, or all of them; return the number of the block."""
    block_id: int = await connection.fetchval(_ADD, employee_id, hostname, at, by)
    await connection.execute(_FOLLOW, employee_id)
    return block_id


async def remove(connection: AnyConnection, block_id: int) -> BlockedDevice | None:
    """End a block; return what was blocked, None when there is no such block."""
    row = await connection.fetchrow(_REMOVE, block_id)
    if row is None:
        return None
    await connection.execute(_FOLLOW, row["employee_id"])
    return BlockedDevice(**row)


async def list_blocks(connection: AnyConnection) -> list[BlockRow]:
    """Return every block in the order of the names; those of erased employees come last."""
    rows = [BlockRow(**row) for row in await connection.fetch(_LIST)]
    return [*rows, *await erased_blocks.list_blocks(connection)]


async def find(connection: AnyConnection, username: str, hostname: str) -> EnrollmentBlock | None:
    """Return the block of an employee that keeps this device from enrolling; None without one."""
    row = await connection.fetchrow(_FIND, username, hostname)
    return None if row is None else EnrollmentBlock(**row, is_erased=False)


async def find_erased(connection: AnyConnection, username: str) -> EnrollmentBlock | None:
    """Return the block of an erased employee of this name; None without one.

    Look after `find`: an erasure that is committed in between has made the one into the other.
    """
    block_id = await erased_blocks.find(connection, username)
    if block_id is None:
        return None
    employee_id: int | None = await connection.fetchval(_EMPLOYEE, username)
    return EnrollmentBlock(block_id=block_id, employee_id=employee_id, is_erased=True)
