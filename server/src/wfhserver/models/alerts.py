"""Alerts, where they are sent, and the messages about them."""

from datetime import datetime
from enum import StrEnum

import msgspec


class AlertKind(StrEnum):
    """What an alert is about."""

    DEVICE_SILENT = "device_silent"
    EMPLOYEE_NOT_SEEN = "employee_not_seen"
    LOGS_MISSED = "logs_missed"
    APPROVAL_PENDING = "approval_pending"
    FACT = "fact"
    SERVER = "server"
    SCREENSHOTS_FULL = "screenshots_full"


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """When an alert of *kind* is raised; *threshold* is in *unit*, null when it has none.

    With *notifies_employee* the employee gets the message too, by e-mail.
    """

    kind: AlertKind
    enabled: bool
    threshold: int
    unit: str | None
    notifies_employee: bool


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Something for which a rule holds; *subject* is its own, such as `agent:7`.

    *detail* is a text of the rule: the name of a fact's rule, what is wrong with the server, the
    name of a device that waits for approval.
    """

    subject: str
    employee_id: int | None = None
    agent_id: int | None = None
    detail: str = ""


class OpenAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with whom and what it is about, as messages need it."""

    alert_id: int
    kind: AlertKind
    employee_id: int | None
    username: str | None
    display_name: str | None
    email: str | None
    team_ids: list[int]
    agent_id: int | None
    hostname: str | None
    last_seen: datetime | None
    detail: str
    raised_at: datetime
    resolved_at: datetime | None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it is listed; *text* is what its messages say."""

    alert_id: int
    kind: AlertKind
    employee_id: int | None
    username: str | None
    display_name: str | None
    agent_id: int | None
    hostname: str | None
    text: str
    raised_at: datetime
    resolved_at: datetime | None


class Digest(StrEnum):
    """How often a user gets a summary."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Which e-mails a user gets about the employees whom they see."""

    email: str | None = None
    alerts: bool = False
    digest: Digest = Digest.NONE


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A user with a subscription. *team_ids* limit what a manager gets, null limits nothing.

    *employee_id* is the employee of the same name, whose working hours are the user's.
    """

    user_id: int
    username: str
    email: str
    alerts: bool
    digest: Digest
    digest_at: datetime
    team_ids: list[int] | None
    employee_id: int | None


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
