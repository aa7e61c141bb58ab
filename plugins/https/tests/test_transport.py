"""Parcels arrive as the protocol defines them. Only the server's answers count as answers."""

import base64
import contextlib
import email
import email.policy
import gzip
import re
import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
import trustme
from plugins.https.tests.remote import HOST, OTHER_HOST, Remote
from tests.linux_only import linux_only
from tests.wine import verdicts_on_certificates

from wfhagent.plugin import Attachment, Config, Delivery, Parcel, ParcelKind, Server
from wfhagent_https.answer import understand
from wfhagent_https.transport import MOST_ANSWER_BYTES, Https

HEARTBEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="wfha_1", body=b'[{"username": "alice"}]')


def send(remote: Remote, parcel: Parcel = HEARTBEAT, **server: object) -> Delivery:
    transport = remote.transport(**server)
    try:
        return transport.send(parcel)
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        (ParcelKind.ENROLL, "POST", "/api/enroll"),
        (ParcelKind.HEARTBEAT, "POST", "/api/heartbeat"),
        (ParcelKind.WHEREAMI, "GET", "/api/whereami"),
        (ParcelKind.MY_DATA_LINK, "POST", "/api/my-data-link"),
    ],
)
def test_each_parcel_goes_to_its_place_with_its_token(
    remote: Remote, kind: ParcelKind, method: str, path: str
):
    body = b"" if kind in {ParcelKind.WHEREAMI, ParcelKind.MY_DATA_LINK} else b"{}"

    delivery = send(remote, Parcel(kind=kind, token="wfha_1", body=body))

    assert delivery.status == 200
    ((sent_method, sent_path, headers, sent_body),) = remote.requests
    assert (sent_method, sent_path, sent_body) == (method, path, body)
    assert headers["authorization"] == "Bearer wfha_1"
    assert not body or headers["content-type"] == "application/json"


def test_before_enrollment_a_parcel_travels_without_a_token(remote: Remote):
    delivery = send(remote, Parcel(kind=ParcelKind.WHEREAMI, token=""))

    assert delivery.status == 200
    assert "authorization" not in remote.requests[0][2]


def test_the_server_may_live_below_a_path(remote: Remote):
    send(remote, url=f"{remote.url}/wfh/")

    assert remote.requests[0][1] == "/wfh/api/heartbeat"


@pytest.mark.parametrize("screenshot", [b"RIFF\x00\r\n--\xffWEBP", None])
def test_a_log_travels_as_multipart(remote: Remote, screenshot: bytes | None):
    attachment = screenshot and Attachment(
        name="screenshot", media_type="image/webp", data=screenshot
    )
    log = b'{"username":"alice","slot":1}'

    send(remote, Parcel(kind=ParcelKind.LOG, token="t", body=log, attachment=attachment or None))

    _, path, headers, body = remote.requests[0]
    message = email.message_from_bytes(
        f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + body,
        policy=email.policy.HTTP,
    )
    parts = {
        part.get_param("name", header="content-disposition"): (
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    }
    expected = {"log": ("application/json", log)}
    if screenshot is not None:
        expected["screenshot"] = ("image/webp", screenshot)
    assert path == "/api/log"
    assert parts == expected


def test_an_answer_brings_its_body_and_the_servers_time(remote: Remote):
    delivery = send(remote)

    assert delivery.body["accepted"] == 1
    assert delivery.server_time == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_problem_brings_code_detail_and_the_wish_to_wait(remote: Remote):
    remote.status = 503
    remote.headers = {"Retry-After": "7"}
    remote.body = b'{"code": "database_unavailable", "detail": "The database is away."}'

    delivery = send(remote)

    assert (delivery.status, delivery.code) == (503, "database_unavailable")
    assert delivery.detail == "The database is away."
    assert delivery.retry_after_seconds == 7


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Mon, 23 Nov 2026 09:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_may_be_a_date_after_the_servers_own(value: str, seconds: float | None):
    headers = {"retry-after": value, "date": "Mon, 23 Nov 2026 09:00:00 GMT"}

    assert understand(429, headers, b"", url="https://s").retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("status", "headers", "body", "sentence"),
    [
        (200, {}, b"<html>Welcome to the hotel</html>", "is not a wfhagent server"),
        (200, {}, b'{"ok": true}', "is not a wfhagent server"),
        (302, {"Location": "http://portal.hotel/"}, b"", "http://portal.hotel/"),
        (401, {}, b"<html>Log in</html>", "answers 401"),
        (403, {}, b"Blocked by policy", "answers 403"),
        (404, {}, b"", "answers 404"),
        (422, {}, b'["no problem"]', "answers 422"),
        (511, {}, b"", "answers 511"),
    ],
)
def test_what_a_portal_or_proxy_says_decides_over_nothing(
    remote: Remote, status: int, headers: dict[str, str], body: bytes, sentence: str
):
    remote.status, remote.headers, remote.body = status, headers, body

    delivery = send(remote)

    assert delivery.status is None
    assert sentence in delivery.detail
    assert len(remote.requests) == 1


@pytest.mark.parametrize("status", [413, 429, 502, 503, 504])
def test_what_a_proxy_in_front_may_rightly_say_is_believed(remote: Remote, status: int):
    remote.status, remote.body = status, b"<html>nginx</html>"

    delivery = send(remote)

    assert (delivery.status, delivery.code) == (status, "")


def test_an_endless_answer_is_cut_off(remote: Remote):
    remote.headers = {"Content-Encoding": "gzip"}
    remote.body = gzip.compress(b" " * (4 * MOST_ANSWER_BYTES))

    delivery = send(remote)

    assert delivery.status is None
    assert "sends an answer that is too long" in delivery.detail


@verdicts_on_certificates
def test_a_certificate_of_an_unknown_authority_is_refused_and_its_issuer_named(remote: Remote):
    delivery = send(remote, ca_file="")

    assert delivery.status is None
    assert "is not trusted" in delivery.detail
    assert "O=Example Corp" in delivery.detail
    assert "[server] ca_file" in delivery.detail
    # Fetching the certificate sent no token.
    assert all("authorization" not in headers for _, _, headers, _ in remote.requests)


@linux_only("elsewhere the system itself verifies")
def test_an_authority_that_the_system_learns_of_later_is_trusted_then(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "certs").mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "certs"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    transport = remote.transport(ca_file="")
    try:
        assert "is not trusted" in transport.send(HEARTBEAT).detail
        monkeypatch.setenv("SSL_CERT_FILE", str(remote.authority))
        assert transport.send(HEARTBEAT).status == 200
    finally:
        transport.close()


@verdicts_on_certificates
def test_a_certificate_for_another_host_is_refused(remote: Remote):
    delivery = send(remote, url=remote.url.replace(HOST, OTHER_HOST))

    assert delivery.status is None
    assert "its certificate is not for localhost" in delivery.detail
    # It needs no additional trust.
    assert "ca_file" not in delivery.detail


def test_a_client_certificate_is_shown(
    remote: Remote, client_authority: trustme.CA, tmp_path: Path
):
    own = client_authority.issue_cert("laptop-7")
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")

    assert send(remote, client_certificate=str(tmp_path / "client.pem")).status == 200


@pytest.mark.parametrize("key", ["ca_file", "client_certificate"])
def test_a_certificate_file_that_cannot_be_used_is_named(remote: Remote, tmp_path: Path, key: str):
    (tmp_path / "broken.pem").write_text("no certificate")

    with pytest.raises(ValueError, match=rf"^{key}: .*broken.pem"):
        remote.transport(**{key: str(tmp_path / "broken.pem")})


def test_nobody_listening_is_no_answer():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    transport = Https(Config(), Server(url=f"https://127.0.0.1:{port}"))

    delivery = transport.send(HEARTBEAT)
    transport.close()

    assert delivery.status is None
    assert f"https://127.0.0.1:{port} cannot be reached" in delivery.detail


def test_a_server_that_never_answers_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transport = Https(
            Config(), Server(url=url, timeout_seconds=0.05, allow_insecure_loopback=True)
        )

        delivery = transport.send(HEARTBEAT)
        transport.close()

    assert delivery.status is None
    assert "timed out" in delivery.detail


@pytest.mark.parametrize("drop", [b"HTTP/1.1 200 OK\r\nX-Drip: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_drips_is_given_up(tmp_path: Path, authority: trustme.CA, drop: bytes):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    finished = threading.Event()

    def drip(listening: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            context.wrap_socket(listening.accept()[0], server_side=True) as connection,
        ):
            connection.recv(65536)
            connection.sendall(drop)
            for _ in range(400):
                connection.sendall(b"x")
                if finished.wait(0.05):
                    break

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        url = f"https://{HOST}:{listening.getsockname()[1]}"
        transport = Https(
            Config(), Server(url=url, ca_file=str(tmp_path / "ca.pem"), timeout_seconds=1.0)
        )

        delivery = transport.send(HEARTBEAT)

        transport.close()
        finished.set()
        thread.join()

    assert delivery.status is None
    # On a busy machine a single byte may come too late.
    assert re.search("did not finish its answer within 2 s|timed out", delivery.detail)


def test_a_proxy_of_the_environment_is_not_asked_for_this_very_machine(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert send(remote).status == 200


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    "proxy", ["proxy", "proxy.example.com:3128", "socks5://127.0.0.1:1080", "http://a:b", "http://"]
)
def test_a_configured_proxy_that_is_none_is_refused_at_once(remote: Remote, proxy: str):
    with pytest.raises(ValueError, match=r"^proxy: \[server\] proxy: "):
        remote.transport(proxy=proxy)


@pytest.mark.usefixtures("bare_environment")
def test_a_proxy_of_the_environment_that_is_none_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://bob:s3cret@127.0.0.1:1080")

    delivery = Https(Config(), Server(url="https://wfh.example.com")).send(HEARTBEAT)

    assert delivery.status is None
    assert "'socks5://***@127.0.0.1:1080' is a SOCKS proxy" in delivery.detail
    # On Windows variables are case-insensitive.
    assert "cannot be reached. all_proxy: " in delivery.detail.replace("ALL_PROXY", "all_proxy")


@pytest.mark.usefixtures("bare_environment")
def test_a_desktop_that_names_several_proxies_is_no_obstacle(monkeypatch: pytest.MonkeyPatch):
    # As GNOME does; one without a scheme is http.
    monkeypatch.setenv("https_proxy", "127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:1080/")

    delivery = Https(Config(), Server(url="https://wfh.example.com")).send(HEARTBEAT)

    assert delivery.status is None
    assert "Connection refused" in delivery.detail


@pytest.mark.usefixtures("bare_environment")
@pytest.mark.parametrize("exempt", ["fd00::/8", "[fd00::5]:9721"])
def test_a_proxy_is_not_asked_for_an_ipv6_address(monkeypatch: pytest.MonkeyPatch, exempt: str):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    server = Server(url="https://[fd00::5]:9721")

    delivery = Https(Config(), server).send(HEARTBEAT)

    assert delivery.status is None
    assert (
        "https_proxy names a proxy, but a proxy cannot be used with the IPv6 address"
        in delivery.detail
    )
    monkeypatch.setenv("no_proxy", exempt)
    assert server.find_proxy() is None


@pytest.mark.usefixtures("bare_environment")
@pytest.mark.parametrize("password", ["p@ss", "p%2Fs%40s", "100%", "a:b"])
def test_a_proxy_gets_the_password_as_it_is_meant(monkeypatch: pytest.MonkeyPatch, password: str):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://bob:{password}@127.0.0.1:{port}")
        received: list[bytes] = []

        def proxy() -> None:
            connection, _ = listening.accept()
            with connection:
                received.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=proxy)
        thread.start()
        delivery = Https(Config(), Server(url="https://wfh.example.com")).send(HEARTBEAT)
        thread.join()

    expected = base64.b64encode(f"bob:{unquote(password)}".encode())
    assert b"Proxy-Authorization: Basic " + expected in received[0]
    assert delivery.status is None
    assert unquote(password) not in delivery.detail


def test_a_configured_proxy_is_used(remote: Remote):
    delivery = send(remote, proxy="http://127.0.0.1:9")

    assert delivery.status is None
    assert remote.requests == []


@pytest.mark.usefixtures("bare_environment")
def test_the_proxy_is_asked_for_again_after_a_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    transport = Https(Config(), Server(url="https://wfh.example.com"))
    assert "Connection refused" in transport.send(HEARTBEAT).detail
    received: list[bytes] = []

    def proxy(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            received.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=proxy, args=(listening,))
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listening.getsockname()[1]}")
        transport.send(HEARTBEAT)
        thread.join()
    transport.close()

    assert received[0].startswith(b"CONNECT wfh.example.com:443 ")


@pytest.mark.usefixtures("bare_environment")
def test_a_proxy_that_is_no_obstacle_any_more_is_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "socks://127.0.0.1:1080/")
    transport = Https(Config(), Server(url="https://wfh.example.com"))
    assert "SOCKS" in transport.send(HEARTBEAT).detail

    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    assert "Connection refused" in transport.send(HEARTBEAT).detail


def test_a_server_that_answers_costs_no_question_for_the_proxy(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    transport = remote.transport()
    monkeypatch.setattr(transport, "_find_way", lambda: pytest.fail("asked"))

    for status in (200, 401, 503):
        remote.status = status
        remote.body = b'{"code": "x"}' if status != 200 else remote.body
        transport.send(HEARTBEAT)

    transport.close()
