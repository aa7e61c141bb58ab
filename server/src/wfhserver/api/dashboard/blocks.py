"""POST /api/agents/{agent_id}/block, GET /api/blocks and DELETE /api/blocks/{block_id}."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard import query
from wfhserver.api.dashboard.bodies import NewBlock
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.operations import dashboard_operation, path_number
from wfhserver.api.decode import decode
from wfhserver.api.operations import ref, success
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.devices.blocks import Blocks
from wfhserver.models.users import Role

_BODY_LIMIT_BYTES = 4096
_NEW = msgspec.json.Decoder(NewBlock)


class BlocksEndpoint:
    """Who may neither report nor enroll."""

    def __init__(self, blocks: Blocks, guard: Guard, clock: Clock) -> None:
        self._blocks = blocks
        self._guard = guard
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """List the blocks in the order of the names."""
        await self._guard.user(request, Role.ADMIN, Role.AUDITOR)
        return answer(self._clock, 200, {"blocks": await self._blocks.list()})

    async def post(self, request: Request) -> Response:
        """Block the device of an agent, or every device of its employee."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "agent_id")
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
        wanted = decode(_NEW, body)
        async with self._blocks.changes_by(admin) as changes:
            block_id = await changes.block(number, wanted.scope)
        return answer(self._clock, 201, {"block_id": block_id})

    async def delete(self, request: Request) -> Response:
        """End a block; what the device kept comes with its next request."""
        admin = await self._guard.user(request, Role.ADMIN)
        number = query.path_number(request, "block_id")
        async with self._blocks.changes_by(admin) as changes:
            await changes.unblock(number)
        return Response(status_code=204)


def block_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls above take and answer."""
    number = {"type": "integer"}
    return {
        "GET": dashboard_operation(
            "blocks",
            "List the devices and employees that may neither report nor enroll",
            {"200": success("All", blocks={"type": "array", "items": ref("BlockRow")})},
        ),
        "POST": dashboard_operation(
            "block",
            "Block the device of an agent, or every device of its employee",
            {"201": success("Blocked", block_id=number)},
            body="NewBlock",
            changes=True,
            parameters=(path_number("agent_id"),),
        ),
        "DELETE": dashboard_operation(
            "unblock",
            "End a block",
            {"204": {"description": "Done"}},
            changes=True,
            parameters=(path_number("block_id"),),
        ),
    }
