"""Blocking devices and employees, so that nothing of them comes back until somebody says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.enrollment import BlockRow
from wfhserver.models.users import User
from wfhserver.storage.postgres import blocks, erased_blocks
from wfhserver.storage.postgres.connection import AnyConnection, Database


class BlockScope(StrEnum):
    """What is blocked: one device of an employee, or every device of that employee."""

    DEVICE = "device"
    EMPLOYEE = "employee"


class Blocks:
    """Who may neither report nor enroll."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> list[BlockRow]:
        """Return every block in the order of the names; those of erased employees come last."""
        async with self._database.connection() as connection:
            return await blocks.list_blocks(connection)

    @asynccontextmanager
    async def changes_by(self, admin: User) -> AsyncIterator["BlockChanges"]:
        """Lend a connection for changes by *admin*."""
        async with self._database.connection() as connection:
            yield BlockChanges(connection, actor=admin.actor, at=self._clock.now())


class BlockChanges:
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
                raise Refusal(Code.NOT_FOUND, "Device not found.")
            hostname = agent.hostname if scope is BlockScope.DEVICE else None
            number = await blocks.add(
                self._connection, agent.employee_id, hostname, at=self._at, by=self._actor
            )
            await self._record("agent.block", agent.employee_id, number, hostname)
        return number

    async def unblock(self, block_id: int) -> None:
        """End a block, also that of an erased employee; Refusal when there is no such block."""
        async with self._connection.transaction():
            block = await blocks.remove(self._connection, block_id)
            if block is not None:
                await self._record("agent.unblock", block.employee_id, block_id, block.hostname)
            elif await erased_blocks.remove(self._connection, block_id):
                await self._record("agent.unblock", None, block_id, None)
            else:
                raise Refusal(Code.NOT_FOUND, "Block not found.")

    async def _record(
        self, action: str, employee_id: int | None, block_id: int, hostname: str | None
    ) -> None:
        entry = Entry(
            actor=self._actor,
            action=action,
            employee_ids=[] if employee_id is None else [employee_id],
            details={"block": block_id, "hostname": hostname},
        )
        await record(self._connection, entry, self._at)
