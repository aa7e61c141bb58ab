"""Addresses that people enter: what is reached, and what never is."""

import asyncio
import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from wfhserver import outgoing
from wfhserver.errors import OutgoingError

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


class Receiver(BaseHTTPRequestHandler):
    """Redirects `/to?URL`, and answers everything else with its path."""

    def do_GET(self) -> None:
        _, _, target = self.path.partition("/to?")
        self.send_response(302 if target else 200)
        body = b"" if target else f"{self.headers['Host']}{self.path}".encode()
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield f"127.0.0.1:{web.server_port}"
        web.shutdown()
        thread.join()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to."""
    known: dict[str, list[str]] = {}

    async def resolve(host: str, port: int) -> list[outgoing.Address]:
        return [ipaddress.ip_address(each) for each in known.get(host, [host])]

    monkeypatch.setattr(outgoing, "_resolve", resolve)
    return known


def get(url: str, **options: Any) -> outgoing.Answer:
    return asyncio.run(outgoing.request(url, **options))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "::1", "::", "fe80::1", "fd00::1", "224.0.0.1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
    ],
)
def test_an_address_that_is_not_public_is_refused(
    names: dict[str, list[str]], address: str
) -> None:
    # One of the name's addresses is enough: the next connection could get that one.
    names["hook.example.com"] = ["93.184.216.34", address]

    with pytest.raises(OutgoingError, match="not public"):
        get("https://hook.example.com/x")


def test_a_public_address_is_allowed_with_tls_alone(names: dict[str, list[str]]) -> None:
    names["hook.example.com"] = ["93.184.216.34"]

    found = asyncio.run(outgoing.check_host("https://hook.example.com/x", ()))

    assert str(found) == "93.184.216.34"
    with pytest.raises(OutgoingError, match="https://"):
        asyncio.run(outgoing.check_host("http://hook.example.com/x", ()))


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "https://", "//x", "https://a\nb/", "http://[::1"],
)
def test_what_is_no_address_of_a_web_server_is_refused(url: str) -> None:
    with pytest.raises(OutgoingError):
        outgoing.check_url(url)


def test_the_request_goes_to_the_address_that_was_checked(
    names: dict[str, list[str]], receiver: str
) -> None:
    port = receiver.partition(":")[2]
    names["hook.example.com"] = ["127.0.0.1"]

    answer = get(f"http://hook.example.com:{port}/x", allowed=LOOPBACK)

    assert answer.content == f"hook.example.com:{port}/x".encode()


def test_a_redirect_is_checked_like_the_address_itself(
    names: dict[str, list[str]], receiver: str
) -> None:
    port = receiver.partition(":")[2]
    names["inside.example.com"] = ["10.0.0.1"]
    path = f"http://{receiver}/to?http://inside.example.com:{port}/x"

    assert get(path, allowed=LOOPBACK).status == 302
    with pytest.raises(OutgoingError, match=r"10\.0\.0\.1, which is not public"):
        get(path, allowed=LOOPBACK, redirects=3)
    with pytest.raises(OutgoingError, match="too many redirects"):
        get(f"http://{receiver}/to?/to?/to?/to?/x", allowed=LOOPBACK, redirects=2)
    assert get(f"http://{receiver}/to?/x", allowed=LOOPBACK, redirects=1).status == 200


def test_an_answer_that_is_too_large_is_not_read_to_its_end(receiver: str) -> None:
    url = f"http://{receiver}/{'x' * 500}"

    assert get(url, allowed=LOOPBACK, limit_bytes=0).content == b""
    with pytest.raises(OutgoingError, match="larger than 100 bytes"):
        get(url, allowed=LOOPBACK, limit_bytes=100)
