"""Blocking devices and employees, so that nothing of them comes back until somebody says so."""

from datetime import datetime
from enum import StrEnum

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.errors import Code, Refusal
from wfhserver.storage.postgres import blocks
from wfhserver.storage.postgres.connection import AnyConnection


class BlockScope(StrEnum):
    """What is blocked: one device of an employee, or every device of that employee."""

    DEVICE = "device"
    EMPLOYEE = "employee"


class BlockRow(msgspec.Struct, frozen=True):
    """One block; *hostname* is null when it is against every device of the employee."""

    block_id: int
    employee_id: int
    username: str
    hostname: str | None
    blocked_at: datetime
    blocked_by: str


class Blocks:
    """Changes by *actor* at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def block(self, agent_id: int, scope: BlockScope) -> int:
        """Block the device of an agent or its employee; return the number of the block.

        Refusal when there is no such agent.
        """
        async with self._connection.transaction():
            agent = await blocks.lock_agent(self._connection, agent_id)
            if agent is None:
                raise Refusal(Code.NOT_FOUND, "There is no such agent.")
            hostname = agent["hostname"] if scope is BlockScope.DEVICE else None
            number = await blocks.add(
                self._connection, agent["employee_id"], hostname, at=self._at, by=self._actor
            )
            await self._record("agent.block", agent["employee_id"], number, hostname)
        return number

    async def unblock(self, block_id: int) -> None:
        """End a block; Refusal when there is no such block."""
        async with self._connection.transaction():
            row = await blocks.remove(self._connection, block_id)
            if row is None:
                raise Refusal(Code.NOT_FOUND, "There is no such block.")
            await self._record("agent.unblock", row["employee_id"], block_id, row["hostname"])

    async def _record(
        self, action: str, employee_id: int, block_id: int, hostname: str | None
    ) -> None:
        entry = Entry(
            actor=self._actor,
            action=action,
            employee_ids=[employee_id],
            details={"block": block_id, "hostname": hostname},
        )
        await record(self._connection, entry, self._at)


async def list_blocks(connection: AnyConnection) -> list[BlockRow]:
    """Return every block in the order of the names."""
    return [BlockRow(**dict(row)) for row in await blocks.list_blocks(connection)]
