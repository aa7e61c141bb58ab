"""No address is used that would send the token unencrypted."""

import pytest

from wfhagent.plugin import Config, Server, is_loopback
from wfhagent_https.transport import Https


@pytest.mark.parametrize(
    "url",
    ["https://wfh.example.com", "https://wfh.example.com/base/", "https://[2001:db8::1]:8443"],
)
def test_https_is_taken(url: str):
    Https(Config(), Server(url=url))


@pytest.mark.parametrize("allow", [False, True])
def test_http_to_another_machine_is_refused_whatever_is_allowed(allow: bool):
    with pytest.raises(ValueError, match=r"unencrypted\. Use https://"):
        Https(Config(), Server(url="http://wfh.example.com", allow_insecure_loopback=allow))


def test_http_to_this_machine_is_refused_unless_it_is_allowed():
    with pytest.raises(ValueError, match="allow_insecure_loopback = true"):
        Https(Config(), Server(url="http://127.0.0.1:8080"))

    Https(Config(), Server(url="http://127.0.0.1:8080", allow_insecure_loopback=True))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wfh.example.com",
        "ftp://wfh.example.com",
        "https://",
        "https://alice:secret@wfh.example.com",
        "https://wfh.example.com/?a=b",
        "https://wfh.example.com:port",
        "https://[2001:db8::1",
        "https://wfh..example.com",
        f"https://{'w' * 64}.example.com",
        " https://wfh.example.com",
        "https://wfh example.com",
        "https://wfh.example.com/\x00",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(url: str):
    with pytest.raises(ValueError, match=r"^url: "):
        Https(Config(), Server(url=url))


@pytest.mark.parametrize("host", ["wfh.example.com", "wfh..example.com"])
def test_a_secret_in_the_address_is_not_repeated(host: str):
    with pytest.raises(ValueError, match=r"remove user, password|\*\*\*@") as refused:
        Https(Config(), Server(url=f"https://alice:secret@{host}"))

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:1", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:80", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, expected: bool):
    assert is_loopback(url) is expected
