"""The proxy from a script or from the network on Windows."""

import ctypes

import pytest

from wfhagent.system import proxy
from wfhagent.system.proxy import Route, find_route
from wfhagent.system.proxy_script import (
    Answer,
    Options,
    ProxyInfo,
    UserSettings,
    make_options,
    read_answer,
)

URL = "https://wfh.example.com"
DIRECT, NAMED = 1, 3


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="sizes of a 64-bit system")
@pytest.mark.parametrize(
    ("structure", "size"), [(UserSettings, 32), (Options, 32), (ProxyInfo, 24)]
)
def test_structures_have_the_size_that_winhttp_expects(
    structure: type[ctypes.Structure], size: int
):
    assert ctypes.sizeof(structure) == size


@pytest.mark.parametrize(
    ("detect", "script", "expected"),
    [
        (True, "", (1, 3, None)),
        (False, "http://wpad/proxy.pac", (2, 0, "http://wpad/proxy.pac")),
        (True, "http://wpad/proxy.pac", (3, 3, "http://wpad/proxy.pac")),
    ],
)
def test_the_settings_of_the_user_say_how_to_look(
    detect: bool, script: str, expected: tuple[int, int, str | None]
):
    options = make_options(detect=detect, script=script)

    assert options is not None
    found = (options.dwFlags, options.dwAutoDetectFlags, options.lpszAutoConfigUrl)
    assert found == expected
    assert not options.fAutoLogonIfChallenged


def test_without_a_script_nothing_is_looked_for():
    assert make_options(detect=False, script="") is None


@pytest.mark.parametrize(
    ("access", "proxies", "expected"),
    [
        (DIRECT, "", Answer("")),
        (NAMED, "proxy.example.com:3128", Answer("proxy.example.com:3128")),
        (NAMED, "one:1; two:2", Answer("one:1")),
        (NAMED, "http=one:1;https=two:2", Answer("two:2")),
        (NAMED, "https=http://two:2 one:1", Answer("http://two:2")),
        (NAMED, "ftp=one:1", None),
        (NAMED, "", None),
        (0, "one:1", None),
    ],
)
def test_the_answer_of_a_script_is_read(access: int, proxies: str, expected: Answer | None):
    assert read_answer(access, proxies, "https") == expected


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: Answer | None) -> None:
    monkeypatch.setattr(proxy, "ask_script", lambda _url: answer)


def test_a_script_goes_before_the_settings_and_after_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "http://static:1"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda _host: False)
    answer_with(monkeypatch, Answer("scripted:3128"))
    found = find_route(URL, "").proxy
    assert found is not None
    assert (found.address, found.source) == ("http://scripted:3128", "the system's proxy script")

    monkeypatch.setenv("https_proxy", "http://environment:1")
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "http://environment:1"})
    found = find_route(URL, "").proxy
    assert found is not None
    assert found.address == "http://environment:1"


def test_a_script_that_says_direct_is_obeyed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "http://static:1"})
    answer_with(monkeypatch, Answer(""))

    assert find_route(URL, "") == Route(None, "the system's proxy script")


def test_without_an_answer_the_settings_are_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "http://static:1"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda _host: False)
    answer_with(monkeypatch, None)

    found = find_route(URL, "").proxy
    assert found is not None
    assert (found.address, found.source) == ("http://static:1", "the system's settings")


@pytest.mark.parametrize("url", ["https://localhost:8443", "https://127.0.0.1:8443"])
def test_for_this_very_machine_no_script_is_asked(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(proxy, "ask_script", lambda _url: pytest.fail("asked"))

    assert find_route(url, "") == Route(None)
