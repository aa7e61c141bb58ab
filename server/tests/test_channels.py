"""Channels and the delivery of messages: over real TLS, restarts, and a day without mail server."""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from server.tests.mail_catcher import (
    MailCatcher,
    WebhookReceiver,
    mail_catcher,
    webhook_receiver,
)

from wfhserver.models.alerts import NewMessage
from wfhserver.models.users import Role
from wfhserver.notifications.mail import email_of
from wfhserver.storage.postgres import messages
from wfhserver.storage.postgres.connection import Database
from wfhserver.testing import NOW, TestServer


class KilledError(Exception):
    """The end of a worker."""


LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def catcher(
    server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailCatcher]:
    """The mail server of *server*, with STARTTLS."""
    with mail_catcher(tmp_path) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        server.settings |= {
            "smtp_host": "127.0.0.1",
            "smtp_port": found.port,
            "smtp_username": "wfhserver",
            "smtp_password": "right horse",
            "mail_from": "wfhserver@example.com",
        }
        yield found


@pytest.fixture
def receiver(server: TestServer) -> Iterator[WebhookReceiver]:
    """A receiver of webhooks, which *server* may reach."""
    server.settings["outgoing_networks"] = LOOPBACK
    with webhook_receiver() as found:
        yield found


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in()


def create(server: TestServer, admin: dict[str, str], **channel: Any) -> dict[str, Any]:
    channel = {"name": "IT", **channel}
    made = server.request("POST", "/api/channels", json=channel, headers=admin)
    assert made.status_code == 201, made.text
    return dict(made.json())


def send_test(server: TestServer, admin: dict[str, str], made: dict[str, Any]) -> None:
    path = f"/api/channels/{made['channel']['channel_id']}/test"
    assert server.request("POST", path, headers=admin).status_code == 202


def states(server: TestServer) -> list[tuple[Any, ...]]:
    return server.rows("SELECT state, attempts FROM messages ORDER BY message_id")


def test_an_email_goes_to_each_address_over_tls(
    server: TestServer, admin: dict[str, str], catcher: MailCatcher
) -> None:
    made = create(server, admin, kind="email", address="it@example.com; boss@example.com")
    send_test(server, admin, made)
    server.deliver()
    server.deliver()

    (mail,) = catcher.mails
    assert catcher.recipients == [["it@example.com", "boss@example.com"]]
    assert catcher.was_encrypted == [True]
    assert mail["Subject"] == "wfhserver: test message"
    assert mail["From"] == "wfhserver@example.com"
    assert "channel IT" in mail.get_content()
    listed = server.request("GET", "/api/messages", headers=admin).json()["rows"]
    assert [(each["recipient"], each["state"]) for each in listed] == [("IT", "sent")]


def test_a_server_with_tls_from_the_first_byte_is_used_too(
    server: TestServer, admin: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_catcher(tmp_path, tls="tls") as catcher:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        server.settings |= {
            "smtp_host": "127.0.0.1",
            "smtp_port": catcher.port,
            "smtp_security": "tls",
        }
        send_test(server, admin, create(server, admin, kind="email", address="it@example.com"))
        server.deliver()

    assert len(catcher.mails) == 1


def test_nothing_is_given_to_a_server_whose_certificate_is_not_trusted(
    server: TestServer,
    admin: dict[str, str],
    catcher: MailCatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    send_test(server, admin, create(server, admin, kind="email", address="it@example.com"))
    server.deliver()

    assert catcher.mails == []
    assert states(server) == [("waiting", 1)]
    listed = server.request("GET", "/api/messages", headers=admin).json()["rows"]
    assert "certificate verify failed" in listed[0]["problem"]


def test_a_day_without_mail_server_loses_nothing_and_keeps_the_order(
    server: TestServer, admin: dict[str, str], catcher: MailCatcher
) -> None:
    made = create(server, admin, kind="email", address="it@example.com")
    port = server.settings["smtp_port"]
    # Nobody listens at the port of a discarded protocol.
    server.settings["smtp_port"] = 9
    attempts = []
    for minute in range(24 * 60):
        if minute % 360 == 0:
            # A session ends before the day does.
            send_test(server, server.signed_in(username=f"admin{minute}"), made)
        server.clock.pause(60)
        if minute % 5 == 0:
            server.deliver()
            attempts.append(server.value("SELECT sum(attempts) FROM messages"))
    assert {state for state, _ in states(server)} == {"waiting"}
    server.settings["smtp_port"] = port
    server.clock.pause(3600)
    server.deliver()

    assert len(catcher.mails) == 4
    # One attempt an hour at most, for all that waits, after the first few.
    assert attempts[-1] < 40
    numbers = server.rows("SELECT message_id FROM messages ORDER BY ended_at, message_id")
    ids = [str(each["Message-ID"]) for each in catcher.mails]
    assert ids == [f"<wfhserver-{number}@example.com>" for (number,) in numbers]


def test_a_message_that_was_sent_when_the_worker_died_comes_again_with_its_number(
    server: TestServer,
    admin: dict[str, str],
    catcher: MailCatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send_test(server, admin, create(server, admin, kind="email", address="it@example.com"))

    async def die(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as killed:
        killed.setattr(messages, "set_sent", die)
        with pytest.raises(KilledError):
            server.deliver()
    server.deliver()

    assert len(catcher.mails) == 2
    assert len({str(each["Message-ID"]) for each in catcher.mails}) == 1
    assert states(server) == [("sent", 1)]


def test_one_worker_delivers_at_a_time(
    server: TestServer, admin: dict[str, str], catcher: MailCatcher
) -> None:
    send_test(server, admin, create(server, admin, kind="email", address="it@example.com"))

    async def meanwhile() -> None:
        database = Database(server.url or "", connections=2)
        await database.open()
        async with messages.exclusive_delivery(database) as connection:
            assert connection is not None
            await asyncio.to_thread(server.deliver)
        await database.close()

    asyncio.run(meanwhile())
    assert catcher.mails == []
    server.deliver()
    assert len(catcher.mails) == 1


def test_a_refused_recipient_holds_up_nobody_else(
    server: TestServer, admin: dict[str, str], catcher: MailCatcher
) -> None:
    catcher.refuses = {"gone@example.com": "550 no such user", "slow@example.com": "451 later"}
    for name in ("gone", "slow", "here"):
        channel = {"name": name, "kind": "email", "address": f"{name}@example.com"}
        send_test(server, admin, create(server, admin, **channel))
    server.deliver()

    assert catcher.recipients == [["here@example.com"]]
    assert states(server) == [("failed", 1), ("waiting", 1), ("sent", 1)]
    catcher.refuses = {}
    server.clock.pause(60)
    server.deliver()
    assert states(server) == [("failed", 1), ("sent", 2), ("sent", 1)]


def test_a_message_is_given_up_after_a_week(server: TestServer, admin: dict[str, str]) -> None:
    send_test(server, admin, create(server, admin, kind="email", address="it@example.com"))
    for _ in range(8):
        server.deliver()
        server.clock.pause(86400)

    assert [state for state, _ in states(server)] == ["failed"]
    row = server.request(
        "GET", "/api/messages?state=failed", headers=server.signed_in(username="b")
    )
    assert "WFHSERVER_SMTP_HOST" in row.json()["rows"][0]["problem"]


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.com", "Eve\nX: y\x00", "a\u2028b\x85c"])
def test_a_name_cannot_add_a_header(name: str) -> None:
    mail = email_of(
        sender="wfhserver@example.com",
        to=["it@example.com\r\nBcc: all@example.com"],
        subject=f"Device silent: {name}",
        body=f"{name}\n",
        message_id="wfhserver-1",
        at=NOW,
    )

    raw = mail.as_bytes()
    header = raw.partition(b"\n\n")[0]
    assert b"\nBcc:" not in header
    assert b"\nX:" not in header
    assert mail["Bcc"] is None


def test_a_webhook_is_signed_and_comes_once(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    made = create(
        server, admin, name="SIEM", kind="webhook", address=f"{receiver.url}/in?token=abc"
    )
    send_test(server, admin, made)
    server.deliver()
    server.deliver()

    ((path, headers, body),) = receiver.requests
    assert path == "/in?token=abc"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(made["secret"].removeprefix("whsec_"))
    digest = b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body) == {
        "type": "test",
        "timestamp": "2026-11-23T12:00:00Z",
        "data": {"channel": "SIEM"},
    }


def test_a_webhook_that_fails_is_tried_again_and_one_that_is_gone_is_not(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    made = create(server, admin, kind="webhook", address=receiver.url)
    send_test(server, admin, made)
    receiver.status = 503
    server.deliver()
    server.deliver()
    assert len(receiver.requests) == 1
    server.clock.pause(60)
    receiver.status = 302
    server.deliver()
    server.clock.pause(120)
    receiver.status = 204
    server.deliver()
    assert len({headers["webhook-id"] for _, headers, _ in receiver.requests}) == 1
    receiver.status = 410
    send_test(server, admin, made)
    server.deliver()

    assert len(receiver.requests) == 4
    assert states(server) == [("sent", 3), ("failed", 1)]


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "https://127.0.0.1/x"),
        ("webhook", "https://localhost/x"),
        ("webhook", "http://10.0.0.1/x"),
        ("webhook", "https://169.254.169.254/latest/meta-data"),
        ("webhook", "file:///etc/passwd"),
        ("service", "mmosts://127.0.0.1/3ccdd113474722377935511fc85d3dd4"),
        ("service", "mailto://user:password@127.0.0.1"),
        ("service", "json://127.0.0.1/x"),
        ("service", "syslog://"),
        ("service", "nothing://x"),
        ("service", "https://example.com"),
        ("email", "nobody"),
        ("email", "it@example.com\nBcc: x"),
        ("email", "Name <it@example.com>"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    server: TestServer, admin: dict[str, str], kind: str, address: str
) -> None:
    channel = {"name": "IT", "kind": kind, "address": address}
    answer = server.request("POST", "/api/channels", json=channel, headers=admin)

    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "address"
    assert server.rows("SELECT name FROM alert_channels") == []


def test_a_chat_service_gets_messages_through_apprise(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    host, token = receiver.url.removeprefix("http://"), "3ccdd113474722377935511fc85d3dd4"
    made = create(server, admin, name="Chat", kind="service", address=f"mmost://{host}/{token}")
    send_test(server, admin, made)
    receiver.status = 200
    server.deliver()

    ((path, _, body),) = receiver.requests
    assert path == f"/hooks/{token}"
    assert "test of the channel Chat" in json.loads(body)["text"]
    assert states(server) == [("sent", 1)]
    assert (made["channel"]["shown"], made["secret"]) == ("Mattermost", None)


def test_slack_teams_and_matrix_are_services(server: TestServer, admin: dict[str, str]) -> None:
    names = []
    for number, address in enumerate(
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "workflows://prod.westeurope.logic.azure.com:443/643e69f83c8944/signature",
            "matrixs://user:password@matrix.org/#room",
        )
    ):
        # Names of the outside world do not resolve in a test.
        if number == 0:
            made = create(server, admin, name=str(number), kind="service", address=address)
            names.append(made["channel"]["shown"])
            continue
        channel = {"name": str(number), "kind": "service", "address": address}
        answer = server.request("POST", "/api/channels", json=channel, headers=admin)
        assert answer.status_code == 201 or "has no address" in answer.json()["detail"]

    assert names == ["Slack"]


def test_no_answer_log_or_audit_entry_has_a_secret(
    server: TestServer,
    admin: dict[str, str],
    receiver: WebhookReceiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    secrets = ("hidden-path", "hidden-token", "3ccdd113474722377935511fc85d3dd4")
    made = create(
        server,
        admin,
        name="hook",
        kind="webhook",
        address=f"{receiver.url}/{secrets[0]}?t={secrets[1]}",
    )
    chat = receiver.url.replace("http", "mmost")
    other = create(server, admin, name="chat", kind="service", address=f"{chat}/{secrets[2]}")
    receiver.status = 500
    for each in (made, other):
        send_test(server, admin, each)
    server.deliver()

    seen = [
        *(
            server.request("GET", f"/api/{path}", headers=admin).text
            for path in ("channels", "messages")
        ),
        *(row[0] for row in server.rows("SELECT details::text FROM audit")),
        *(record.getMessage() for record in caplog.records if record.name != "httpx"),
    ]
    for secret in (*secrets, made["secret"]):
        assert not [text for text in seen if secret in text]
    assert "500" in server.request("GET", "/api/messages", headers=admin).text


def test_only_administrators_change_channels_and_each_change_is_on_record(
    server: TestServer, admin: dict[str, str], catcher: MailCatcher
) -> None:
    made = create(server, admin, kind="email", address="it@example.com")
    number = made["channel"]["channel_id"]
    again = {"name": "IT", "kind": "email", "address": "it@example.com"}
    assert server.request("POST", "/api/channels", json=again, headers=admin).status_code == 409
    auditor = server.signed_in(Role.AUDITOR)
    manager = server.signed_in(Role.MANAGER)
    statuses = [
        server.request(method, path, json=again, headers=headers).status_code
        for headers in (auditor, manager)
        for method, path in (
            ("GET", "/api/channels"),
            ("GET", "/api/messages"),
            ("POST", "/api/channels"),
            ("DELETE", f"/api/channels/{number}"),
            ("POST", f"/api/channels/{number}/test"),
        )
    ]
    assert statuses == [200, 200, 403, 403, 403, 403, 403, 403, 403, 403]
    send_test(server, admin, made)
    path = f"/api/channels/{number}"
    assert server.request("DELETE", path, headers=admin).status_code == 204
    assert server.request("DELETE", path, headers=admin).status_code == 404
    assert states(server) == []
    actions = [row[0] for row in server.rows("SELECT action FROM audit ORDER BY audit_id")]
    assert actions == ["channel.create", "channel.test", "channel.delete"]


def test_messages_come_in_pages(server: TestServer, admin: dict[str, str]) -> None:
    new = [
        NewMessage(
            key=str(number),
            email="a@example.com",
            recipient="alice",
            event="test",
            subject=str(number),
            body="x",
            not_before=NOW + timedelta(days=1),
        )
        for number in range(5)
    ]

    async def add(connection: Any) -> None:
        # A second time they are there already.
        await messages.add(connection, new, NOW)
        await messages.add(connection, new, NOW)

    server.sql(add)

    async def read(client: httpx.AsyncClient) -> list[str]:
        found, before = [], ""
        while True:
            path = f"/api/messages?limit=2{before}"
            page = (await client.get(path, headers=admin)).json()
            found += [each["subject"] for each in page["rows"]]
            if page["next_before"] is None:
                return found
            before = f"&before={page['next_before']}"

    assert server.run(read) == ["4", "3", "2", "1", "0"]
