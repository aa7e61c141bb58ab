"""Gives webhooks the entries of the audit log, in their order and without a gap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from wfhserver.audit.pages import exported_entry
from wfhserver.models.alerts import Channel, NewMessage, Topic
from wfhserver.notifications.compose import webhook_body
from wfhserver.storage.postgres import audit, channels, messages
from wfhserver.storage.postgres.connection import AnyConnection

_AT_ONCE: Final = 200
# A webhook that was away gets the rest with the next looks.
_MESSAGES: Final = 10


async def add_audit_entries(
    connection: AnyConnection, listed: Sequence[Channel], now: datetime
) -> None:
    """Put what is new into messages to the channels that want it. Needs a transaction."""
    for channel in listed:
        if Topic.AUDIT not in channel.topics:
            continue
        last = await channels.audit_position(connection, channel.channel_id)
        for _ in range(_MESSAGES):
            found = await audit.after(connection, last, _AT_ONCE)
            if not found:
                break
            first, last = found[0].audit_id, found[-1].audit_id
            entries = [msgspec.to_builtins(exported_entry(each)) for each in found]
            people = sorted({number for each in found for number in each.employee_ids})
            message = NewMessage(
                key=f"audit:{first}:channel:{channel.channel_id}",
                channel_id=channel.channel_id,
                recipient=channel.name,
                event="audit",
                subject=f"{first}-{last}",
                body=webhook_body("audit", now, {"entries": entries}),
                employee_ids=people,
                not_before=now,
            )
            await messages.add(connection, [message], now)
            await channels.set_audit_position(connection, channel.channel_id, last)
