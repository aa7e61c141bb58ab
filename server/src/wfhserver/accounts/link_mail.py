"""Sends a link that sets a password, at once: the outbox would keep it readable in the database."""

import asyncio
import logging
from datetime import datetime
from typing import Final
from uuid import uuid4

from wfhserver.clock import Clock
from wfhserver.errors import Code, DeliveryError, Refusal
from wfhserver.messages import _
from wfhserver.models.urls import Urls
from wfhserver.models.users import LinkKind
from wfhserver.notifications.mail import MailServer, email_of, send_email
from wfhserver.setting_values import read_mail_address

# Shorter than a browser waits for the answer.
_SECONDS: Final = 20.0

log = logging.getLogger(__name__)


class LinkMail:
    """Makes addresses of links, and sends them where there is a mail server."""

    def __init__(
        self, server: MailServer | None, clock: Clock, urls: Urls, public_url: str | None
    ) -> None:
        self._server = server
        self._clock = clock
        self._urls = urls
        self._public_url = public_url

    @property
    def can_send(self) -> bool:
        """Whether links can be sent: that needs a mail server, and an address for the link."""
        return self._server is not None and self._public_url is not None

    def check(self, email: str | None) -> None:
        """Refuse an address that is none, and every one where no e-mail can be sent."""
        if email is None:
            return
        if not self.can_send:
            raise Refusal(
                Code.INVALID_FIELD,
                "This server cannot send links: set WFHSERVER_SMTP_HOST and WFHSERVER_PUBLIC_URL,"
                " or leave the address empty and copy the link.",
                field="email",
            )
        try:
            read_mail_address(email)
        except ValueError as error:
            raise Refusal(
                Code.INVALID_FIELD, f"The address cannot be used: {error}.", field="email"
            ) from None

    def url(self, token: str) -> str:
        """Return the address of a link; a path alone where the public address is not known."""
        return f"{(self._public_url or '').rstrip('/')}{self._urls.set_password(token)}"

    async def send(
        self, email: str, admin: str, username: str, kind: LinkKind, url: str, ends: datetime
    ) -> str | None:
        """Send a link to *email*; return what went wrong, None when it was sent."""
        if self._server is None:
            return _("No mail server is set. Copy the link.")
        subject, text = _texts(kind)
        body = text.format(
            admin=admin, username=username, url=url, until=f"{ends:%Y-%m-%d %H:%M} UTC"
        )
        mail = email_of(
            sender=self._server.sender,
            to=[email],
            subject=subject,
            body=body,
            message_id=f"wfhserver-link-{uuid4()}",
            at=self._clock.now(),
        )
        try:
            async with asyncio.timeout(_SECONDS):
                await asyncio.to_thread(send_email, self._server, mail)
        except (DeliveryError, TimeoutError) as error:
            log.warning("The link for %s was not sent: %s", username, error)
            why = str(error) or _("The mail server does not answer.")
            return _("The e-mail was not sent. Copy the link. {why}").format(why=why)
        return None


def _texts(kind: LinkKind) -> tuple[str, str]:
    """Return subject and text of the e-mail."""
    if kind is LinkKind.INVITATION:
        return _("wfhagent: your invitation"), _(
            "{admin} invites you to the dashboard of wfhagent.\n"
            "\n"
            "Your username: {username}\n"
            "Set your password: {url}\n"
            "\n"
            "The link works once, until {until}.\n"
        )
    return _("wfhagent: set a new password"), _(
        "{admin} made a link with which you set a new password for the dashboard of wfhagent.\n"
        "\n"
        "Your username: {username}\n"
        "Set your password: {url}\n"
        "\n"
        "The link works once, until {until}. Your sessions end when you use it.\n"
    )
