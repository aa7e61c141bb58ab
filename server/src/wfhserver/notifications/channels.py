"""Channels as administrators see and change them, each change on record without its secrets."""

import re
from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from pydantic import Field

from wfhserver import outgoing
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, OutgoingError, Refusal
from wfhserver.inputs import Input, LargeNumber, Name, Number, WholeNumber
from wfhserver.models.alerts import Channel, ChannelKind, Message, MessageState, Topic
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.notifications.chat import check_service, service_of
from wfhserver.notifications.compose import test_message
from wfhserver.notifications.webhook import new_secret
from wfhserver.setting_values import Network, read_mail_address
from wfhserver.storage.postgres import channels, messages
from wfhserver.storage.postgres.channels import NewChannelRow
from wfhserver.storage.postgres.connection import AnyConnection, Database

PAGE_LIMIT: Final = 200
_MOST_ADDRESSES: Final = 20
_SEPARATORS = re.compile(r"[,;\s]+")


class NewChannel(Input):
    """A channel: *address* are e-mail addresses, a webhook's URL, or an address of Apprise."""

    name: Name
    kind: ChannelKind
    address: Annotated[str, Field(min_length=1, max_length=2000)]
    topics: Annotated[tuple[Topic, ...], Field(min_length=1, max_length=3)] = (Topic.ALERTS,)
    team_id: Number | None = None
    working_hours_only: bool = False


class MessageQuery(Input):
    """Which messages: those older than *before*, in one state."""

    before: LargeNumber | None = None
    state: MessageState | None = None
    limit: Annotated[int, WholeNumber(PAGE_LIMIT)] = 50


class ChannelList(msgspec.Struct, frozen=True):
    """All channels; *mail* says whether the server can send e-mails."""

    channels: list[Channel]
    mail: bool


class CreatedChannel(msgspec.Struct, frozen=True):
    """The channel; no other answer has the *secret* of a webhook."""

    channel: Channel
    secret: str | None


class MessagePage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[Message]
    next_before: int | None


class Channels:
    """Keeps channels, and shows what was sent to whom; *mail* says if there is a mail server."""

    def __init__(
        self, database: Database, clock: Clock, allowed: Sequence[Network], *, mail: bool
    ) -> None:
        self._database = database
        self._clock = clock
        self._allowed = allowed
        self._mail = mail

    async def list(self) -> ChannelList:
        """Return every channel, without secrets."""
        async with self._database.connection() as connection:
            return ChannelList(await channels.channels(connection), self._mail)

    async def add(self, admin: User, new: NewChannel) -> CreatedChannel:
        """Store a channel, on record; Refusal for an address that cannot be used."""
        row = await self._checked(new)
        async with self._database.transaction() as connection:
            if row.team_id is not None and not await channels.has_team(connection, row.team_id):
                raise Refusal(Code.INVALID_FIELD, "Team not found.", field="team_id")
            number = await channels.add(connection, row, admin.actor, self._clock.now())
            if number is None:
                raise Refusal(
                    Code.CONFLICT, "There is a channel of this name. Choose another.", field="name"
                )
            (channel,) = await channels.channels(connection, number)
            await self._record(connection, admin, "channel.create", channel)
        return CreatedChannel(channel, row.secret if row.kind is ChannelKind.WEBHOOK else None)

    async def delete(self, admin: User, channel_id: int) -> None:
        """Delete a channel and its messages, on record; Refusal when there is no such."""
        async with self._database.transaction() as connection:
            channel = await self._channel(connection, channel_id)
            await channels.delete(connection, channel_id)
            await self._record(connection, admin, "channel.delete", channel)

    async def test(self, admin: User, channel_id: int) -> None:
        """Put a test message into the outbox, on record; Refusal when there is no such channel."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            channel = await self._channel(connection, channel_id)
            await messages.add(connection, [test_message(channel, now)], now)
            await self._record(connection, admin, "channel.test", channel)

    async def messages(self, wanted: MessageQuery) -> MessagePage:
        """Return what was sent to whom."""
        async with self._database.connection() as connection:
            rows = await messages.page(connection, wanted.before, wanted.state, wanted.limit)
        is_full = len(rows) == wanted.limit
        return MessagePage(rows, rows[-1].message_id if is_full else None)

    async def _channel(self, connection: AnyConnection, channel_id: int) -> Channel:
        found = await channels.channels(connection, channel_id)
        if not found:
            raise Refusal(Code.NOT_FOUND, "Channel not found.")
        return found[0]

    async def _checked(self, new: NewChannel) -> NewChannelRow:
        if new.kind is not ChannelKind.WEBHOOK and set(new.topics) != {Topic.ALERTS}:
            raise Refusal(
                Code.INVALID_FIELD, "Only a webhook can get devices and audit.", field="topics"
            )
        address, shown, secret = new.address.strip(), "", None
        if new.kind is ChannelKind.EMAIL:
            address = shown = read_addresses(address)
        else:
            try:
                if new.kind is ChannelKind.WEBHOOK:
                    await outgoing.check_host(address, self._allowed)
                    shown, secret = f"https://{urlsplit(address).hostname}", new_secret()
                else:
                    await check_service(address, self._allowed)
                    shown = service_of(address)
            except OutgoingError as error:
                raise Refusal(Code.INVALID_FIELD, str(error), field="address") from None
        return NewChannelRow(
            name=stored_name(new.name, field="name"),
            kind=new.kind,
            address=address,
            secret=secret,
            shown=shown,
            topics=sorted(set(new.topics)),
            team_id=new.team_id,
            working_hours_only=new.working_hours_only,
        )

    async def _record(
        self, connection: AnyConnection, admin: User, action: str, channel: Channel
    ) -> None:
        details = {"channel": channel.channel_id, "name": channel.name, "kind": str(channel.kind)}
        entry = Entry(actor=admin.actor, action=action, details=details)
        await record(connection, entry, self._clock.now())


def read_addresses(text: str) -> str:
    """Return e-mail addresses with commas between them; Refusal for one that is none."""
    found = [each for each in _SEPARATORS.split(text) if each]
    try:
        for each in found:
            read_mail_address(each)
    except ValueError:
        found = []
    if not 1 <= len(found) <= _MOST_ADDRESSES:
        raise Refusal(
            Code.INVALID_FIELD,
            f"Enter 1 to {_MOST_ADDRESSES} e-mail addresses, such as it@example.com.",
            field="address",
        )
    return ",".join(found)
