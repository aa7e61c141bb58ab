"""What messages contain: a text for people, JSON for webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from wfhserver.messages import _
from wfhserver.models.alerts import Channel, ChannelKind, NewMessage


def webhook_body(event: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the JSON of an event, in the form of the Standard Webhooks specification."""
    return msgspec.json.encode({"type": event, "timestamp": at, "data": data}).decode()


def message_to(  # noqa: PLR0913 -- the parts of a message
    channel: Channel,
    *,
    event: str,
    mark: str,
    subject: str,
    text: str,
    data: Mapping[str, Any],
    at: datetime,
    not_before: datetime,
    employee_ids: list[int],
) -> NewMessage:
    """Return a message to *channel*; *event* and *mark* name what happened, once and for all."""
    is_webhook = channel.kind is ChannelKind.WEBHOOK
    return NewMessage(
        key=f"{event}:{mark}:channel:{channel.channel_id}",
        channel_id=channel.channel_id,
        recipient=channel.name,
        event=event,
        subject=subject,
        body=webhook_body(event, at, data) if is_webhook else text,
        employee_ids=employee_ids,
        not_before=not_before,
    )


def test_message(channel: Channel, now: datetime) -> NewMessage:
    """Return a message that checks whether *channel* works."""
    text = _("This is a test of the channel {name}. Alerts will arrive here.")
    return message_to(
        channel,
        event="test",
        mark=str(now.timestamp()),
        subject=_("wfhserver: test message"),
        text=text.format(name=channel.name) + "\n",
        data={"channel": channel.name},
        at=now,
        not_before=now,
        employee_ids=[],
    )
