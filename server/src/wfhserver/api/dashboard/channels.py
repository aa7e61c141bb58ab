"""Where alerts and events are sent, and what was sent to whom."""

from typing import Annotated

from fastapi import APIRouter, Query

from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Number
from wfhserver.notifications.channels import (
    ChannelList,
    CreatedChannel,
    MessagePage,
    MessageQuery,
    NewChannel,
)

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)


@router.get("/channels")
async def channels(_: AdminOrAuditor, services: Dashboard) -> ChannelList:
    """List the channels of alerts, without their secrets."""
    return await services.channels.list()


@router.post("/channels", status_code=201)
@refuses(Code.CONFLICT)
async def create_channel(admin: Admin, new: NewChannel, services: Dashboard) -> CreatedChannel:
    """Create a channel; on record. Only this answer has the secret of a webhook."""
    return await services.channels.add(admin, new)


@router.delete("/channels/{channel_id}", status_code=204)
async def delete_channel(admin: Admin, channel_id: Number, services: Dashboard) -> None:
    """Delete a channel and its messages; on record."""
    await services.channels.delete(admin, channel_id)


@router.post("/channels/{channel_id}/test", status_code=202)
async def check_channel(admin: Admin, channel_id: Number, services: Dashboard) -> None:
    """Send a test message to a channel; on record. The list of messages shows its delivery."""
    await services.channels.test(admin, channel_id)


@router.get("/messages")
async def messages(
    _: AdminOrAuditor, query: Annotated[MessageQuery, Query()], services: Dashboard
) -> MessagePage:
    """What was sent to whom, newest first."""
    return await services.channels.messages(query)
