"""Alerts, where they are sent, and the messages about them."""

from datetime import datetime
from enum import StrEnum

import msgspec


class ChannelKind(StrEnum):
    """How a channel is reached: by e-mail, by a signed webhook, or through a chat service."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SERVICE = "service"


class Topic(StrEnum):
    """What a channel gets; the last two are for webhooks alone."""

    ALERTS = "alerts"
    DEVICES = "devices"
    AUDIT = "audit"


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """Where alerts go. *shown* is the part of its address that is no secret.

    With *team_id* it gets only alerts of members of that team. With *working_hours_only* nothing
    is sent at night and at weekends. *waiting* messages are not delivered yet; *problem* is why the
    last attempt failed, null when it did not.
    """

    channel_id: int
    name: str
    kind: ChannelKind
    shown: str
    topics: list[Topic]
    team_id: int | None
    team: str | None
    working_hours_only: bool
    created_at: datetime
    created_by: str
    waiting: int
    problem: str | None


class StoredChannel(msgspec.Struct, frozen=True, kw_only=True):
    """What sending needs: *address* and *secret* are shown nowhere."""

    channel_id: int
    name: str
    kind: ChannelKind
    address: str
    secret: str | None


class MessageState(StrEnum):
    """Whether a message was delivered; `failed` is given up."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a channel, or to *email*. *key* names event and receiver: nothing goes twice.

    *recipient* is how the list of messages names the receiver. *body* is text, for a webhook JSON.
    It is sent *not_before*; *employee_ids* are those whom it names.
    """

    key: str
    channel_id: int | None = None
    email: str | None = None
    recipient: str
    event: str
    subject: str
    body: str
    employee_ids: list[int] = []
    not_before: datetime


class DueMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is to be sent now; *channel* is null for an e-mail to a person."""

    message_id: int
    email: str | None
    channel: StoredChannel | None
    target: str
    event: str
    subject: str
    body: str
    created_at: datetime
    attempts: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent to whom; *ended_at* is when it was delivered or given up."""

    message_id: int
    recipient: str
    channel_id: int | None
    event: str
    subject: str
    created_at: datetime
    next_attempt: datetime | None
    attempts: int
    state: MessageState
    ended_at: datetime | None
    problem: str | None
