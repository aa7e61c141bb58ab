"""Delivers what is in the outbox of messages, at least once: one worker at a time."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from wfhserver.clock import Clock
from wfhserver.errors import DeliveryError, WfhserverError
from wfhserver.models.alerts import ChannelKind, DueMessage
from wfhserver.notifications.chat import send_chat
from wfhserver.notifications.mail import MailServer, email_of, send_email
from wfhserver.notifications.webhook import send_webhook
from wfhserver.setting_values import Network
from wfhserver.storage.postgres import messages
from wfhserver.storage.postgres.connection import AnyConnection, Database

log = logging.getLogger(__name__)

_PERIOD_SECONDS: Final = 10.0
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_DOUBLINGS: Final = 6
# A mail server may be away for a long weekend.
_GIVE_UP_AFTER: Final = timedelta(days=7)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 1, 2, 4 … minutes, up to an hour."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, _DOUBLINGS)), _LONGEST_PAUSE)


class Delivery:
    """Sends messages in their order: to each target, what failed is tried before what follows."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        mail_server: MailServer | None,
        allowed: Sequence[Network],
    ) -> None:
        self._database = database
        self._clock = clock
        self._mail_server = mail_server
        self._allowed = allowed

    async def run(self) -> None:
        """Deliver what is due every ten seconds, until canceled."""
        while True:
            await self._clock.sleep(_PERIOD_SECONDS)
            # A database that is away shows in readiness.
            with suppress(WfhserverError):
                await self.deliver_due()

    async def deliver_due(self) -> None:
        """Send every message that is due, unless another worker is at it."""
        async with self._database.connection() as pooled:
            if not await messages.any_due(pooled, self._clock.now()):
                return
        async with messages.exclusive_delivery(self._database) as connection:
            if connection is not None:
                await self._deliver(connection)

    async def _deliver(self, connection: AnyConnection) -> None:
        away: list[str] = []
        while due := await messages.next_due(connection, self._clock.now(), away):
            try:
                await self._send(due)
            except DeliveryError as error:
                await self._note_failure(connection, due, error)
                if not error.alone:
                    away.append(due.target)
            else:
                await messages.set_sent(connection, due.message_id, self._clock.now())

    async def _send(self, due: DueMessage) -> None:
        number = f"wfhserver-{due.message_id}"
        channel, now = due.channel, self._clock.now()
        match None if channel is None else channel.kind:
            case ChannelKind.WEBHOOK if channel is not None:
                await send_webhook(channel, number, due.body, now, self._allowed)
            case ChannelKind.SERVICE if channel is not None:
                await send_chat(channel.address, due.subject, due.body, self._allowed)
            case _:
                await self._send_email(due, number)

    async def _send_email(self, due: DueMessage, number: str) -> None:
        server = self._mail_server
        if server is None:
            raise DeliveryError("No mail server is set. Set WFHSERVER_SMTP_HOST.")
        to = due.email or "" if due.channel is None else due.channel.address
        mail = email_of(
            sender=server.sender,
            to=to.split(","),
            subject=due.subject,
            body=due.body,
            message_id=number,
            at=due.created_at,
        )
        await asyncio.to_thread(send_email, server, mail)

    async def _note_failure(
        self, connection: AnyConnection, due: DueMessage, error: DeliveryError
    ) -> None:
        now, attempts = self._clock.now(), due.attempts + 1
        log.warning("Message %s was not delivered: %s", due.message_id, error)
        if error.permanent or now - due.created_at >= _GIVE_UP_AFTER:
            await messages.set_failed(connection, due.message_id, now, str(error))
            return
        again = now + pause_after(attempts)
        await messages.try_again(connection, due.message_id, again, str(error), alone=error.alone)
