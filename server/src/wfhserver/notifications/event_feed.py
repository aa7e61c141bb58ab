"""Gives webhooks what the audit log says: its entries, and events of devices. Nothing is left out.

The audit log has an order without gaps, so the number of its last entry is the place in it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from wfhserver.audit.pages import exported_entry
from wfhserver.models.alerts import Channel, NewMessage, Topic
from wfhserver.models.audit import AuditEntry
from wfhserver.notifications.compose import message_to, webhook_body
from wfhserver.storage.postgres import audit, channels, device_events, messages
from wfhserver.storage.postgres.connection import AnyConnection

_AT_ONCE: Final = 200
# A channel that is behind gets the rest with the next looks.
_ROUNDS: Final = 10
_EVENTS: Final = {
    "agent.enroll": "device.enrolled",
    "agent.create": "device.enrolled",
    "enrolment.approve": "device.approved",
    "agent.revoke": "device.revoked",
    "enrolment_token.revoke": "device.revoked",
}
_DETAILS = msgspec.json.Decoder(dict[str, Any])


async def add_events(connection: AnyConnection, listed: Sequence[Channel], now: datetime) -> None:
    """Put what is new into messages to the channels that want it. Needs a transaction."""
    for channel in listed:
        if {Topic.AUDIT, Topic.DEVICES}.isdisjoint(channel.topics):
            continue
        last = await channels.audit_position(connection, channel.channel_id)
        for _ in range(_ROUNDS):
            found = await audit.after(connection, last, _AT_ONCE)
            if not found:
                break
            new: list[NewMessage] = []
            if Topic.AUDIT in channel.topics:
                new.append(_entries(channel, found, now))
            if Topic.DEVICES in channel.topics:
                new += await _device_events(connection, channel, found)
            await messages.add(connection, new, now)
            last = found[-1].audit_id
        await channels.set_audit_position(connection, channel.channel_id, last)


def _entries(channel: Channel, found: Sequence[AuditEntry], now: datetime) -> NewMessage:
    entries = [msgspec.to_builtins(exported_entry(each)) for each in found]
    return NewMessage(
        key=f"audit:{found[0].audit_id}:channel:{channel.channel_id}",
        channel_id=channel.channel_id,
        recipient=channel.name,
        event="audit",
        subject=f"{found[0].audit_id}-{found[-1].audit_id}",
        body=webhook_body("audit", now, {"entries": entries}),
        employee_ids=sorted({number for each in found for number in each.employee_ids}),
        not_before=now,
    )


async def _device_events(
    connection: AnyConnection, channel: Channel, found: Sequence[AuditEntry]
) -> list[NewMessage]:
    new: list[NewMessage] = []
    for entry in found:
        if entry.action in _EVENTS:
            devices = await _devices_of(connection, entry)
            new += [_device_event(channel, entry, each) for each in devices]
    return new


async def _devices_of(
    connection: AnyConnection, entry: AuditEntry
) -> list[device_events.EventDevice]:
    details = _DETAILS.decode(entry.details)
    match entry.action:
        case "enrolment.approve":
            names = (details.get("username"), details.get("hostname"))
            return [device_events.EventDevice(None, None, *names)]
        case "enrolment_token.revoke":
            return await device_events.revoked_with(connection, details.get("token"), entry.at)
        case _:
            return await device_events.device(connection, details.get("agent"))


def _device_event(
    channel: Channel, entry: AuditEntry, device: device_events.EventDevice
) -> NewMessage:
    event = _EVENTS[entry.action]
    return message_to(
        channel,
        event=event,
        mark=f"{entry.audit_id}.{device.agent_id or 0}",
        subject=f"{event}: {device.hostname}",
        text="",
        data={**device._asdict(), "by": entry.actor},
        at=entry.at,
        not_before=entry.at,
        employee_ids=[] if device.employee_id is None else [device.employee_id],
    )
