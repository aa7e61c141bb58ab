"""Sends e-mails through the company's mail server."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from wfhserver.errors import DeliveryError
from wfhserver.settings import Settings

_SECONDS: Final = 20.0
_SUBJECT_LIMIT: Final = 200
_PERMANENT: Final = range(500, 600)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """How the mail server is reached; *security* is `starttls`, `tls` or `none`.

    Without TLS there is no sign-in: the password could be read on the way.
    """

    host: str
    port: int
    security: str
    username: str | None
    password: str | None
    sender: str

    @staticmethod
    def of(settings: Settings) -> "MailServer | None":
        """Return the mail server of the settings; None when there is none."""
        if settings.smtp_host is None:
            return None
        return MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            username=settings.smtp_username,
            password=settings.smtp_password,
            sender=settings.mail_from or f"wfhserver@{settings.smtp_host}",
        )


def one_line(text: str) -> str:
    """Return *text* for a header: in one line, without control characters, not too long."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(plain.split())[:_SUBJECT_LIMIT]


def email_of(
    *, sender: str, to: Sequence[str], subject: str, body: str, message_id: str, at: datetime
) -> EmailMessage:
    """Return an e-mail; *message_id* stays the same when it is sent again."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(one_line(each) for each in to)
    mail["Subject"] = one_line(subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    # No holiday reply is wanted.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    return mail


def send_email(server: MailServer, mail: EmailMessage) -> None:
    """Give *mail* to the server; blocks for up to a minute. Raises DeliveryError."""
    try:
        with _connect(server) as connection:
            if server.username is not None and server.security != "none":
                connection.login(server.username, server.password or "")
            connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise DeliveryError(
            f"The mail server refuses the recipient: {_reply(code, reply)}",
            permanent=code in _PERMANENT,
            alone=True,
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"The mail server refuses the sign-in ({error.smtp_code}). Check"
            " WFHSERVER_SMTP_USERNAME and WFHSERVER_SMTP_PASSWORD."
        ) from None
    except smtplib.SMTPResponseException as error:
        why = _reply(error.smtp_code, error.smtp_error)
        raise DeliveryError(f"The mail server refuses the message: {why}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"The mail server {server.host} does not answer: {error}") from None


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    if server.security == "starttls":
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
    return connection


def _reply(code: int, text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {plain}")
