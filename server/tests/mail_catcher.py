"""A mail server with TLS that keeps what it gets, and a receiver of webhooks."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class MailCatcher:
    """What was sent; *refuses* are recipients with the answer that they get."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuses: dict[str, str] = {}
        self.was_encrypted: list[bool] = []
        self.port = 0
        self.loop: asyncio.AbstractEventLoop | None = None

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any
    ) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.mails]


def _sign_in(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data.password == b"right horse"
    return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_catcher(folder: Path, *, tls: str = "starttls") -> Iterator[MailCatcher]:
    """Run one on a free port of 127.0.0.1; `authority.pem` in *folder* signed its certificate."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    catcher = MailCatcher()
    starttls = {"tls_context": context, "require_starttls": True} if tls == "starttls" else {}
    first = context if tls == "tls" else None
    is_listening, ends = threading.Event(), asyncio.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        catcher.loop = loop
        server = await loop.create_server(
            lambda: SMTP(catcher, authenticator=_sign_in, **starttls), "127.0.0.1", 0, ssl=first
        )
        catcher.port = server.sockets[0].getsockname()[1]
        is_listening.set()
        await ends.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # In a thread of its own: Playwright's event loop may run in this one.
    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    is_listening.wait()
    try:
        yield catcher
    finally:
        assert catcher.loop is not None
        catcher.loop.call_soon_threadsafe(ends.set)
        thread.join()


class WebhookReceiver:
    """Requests as they came; *status* is the answer to each."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 204
        self.url = ""


@contextmanager
def webhook_receiver() -> Iterator[WebhookReceiver]:
    """Run one on a free port of 127.0.0.1."""
    receiver = WebhookReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((self.path, headers, body))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        receiver.url = f"http://127.0.0.1:{web.server_port}"
        yield receiver
        web.shutdown()
        thread.join()
