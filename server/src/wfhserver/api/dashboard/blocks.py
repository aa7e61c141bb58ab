"""Who may neither report nor enroll."""

import msgspec
from fastapi import APIRouter

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute
from wfhserver.devices.blocks import BlockScope
from wfhserver.inputs import Input, Number
from wfhserver.models.enrollment import BlockRow

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


class NewBlock(Input):
    """What is blocked: the device of an agent, or every device of its employee."""

    scope: BlockScope


class BlockList(msgspec.Struct, frozen=True):
    """All blocks, in the order of the names; those of erased employees come last."""

    blocks: list[BlockRow]


class CreatedBlock(msgspec.Struct, frozen=True):
    """The number of a new block."""

    block_id: int


@router.get("/blocks")
async def blocks(_: AdminOrAuditor, services: Dashboard) -> BlockList:
    """List the devices and employees that may neither report nor enroll."""
    return BlockList(await services.blocks.list())


@router.post("/agents/{agent_id}/block", status_code=201)
async def block(
    admin: Admin, agent_id: Number, wanted: NewBlock, services: Dashboard
) -> CreatedBlock:
    """Block the device of an agent, or every device of its employee."""
    async with services.blocks.changes_by(admin) as changes:
        return CreatedBlock(await changes.block(agent_id, wanted.scope))


@router.delete("/blocks/{block_id}", status_code=204)
async def unblock(admin: Admin, block_id: Number, services: Dashboard) -> None:
    """End a block; what the device kept comes with its next request.

    Of an erased employee, this also deletes the hashes of the usernames.
    """
    async with services.blocks.changes_by(admin) as changes:
        await changes.unblock(block_id)
