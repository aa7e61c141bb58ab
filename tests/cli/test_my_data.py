"""`wfhagent my-data` opens a link from the server, which nobody else can see."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Laptop
from tests.modes import has_mode

from wfhagent.errors import DisplayError

LINK = "https://wfh.example.com/my-data/once-7f3a"
Serve = Callable[..., str]


@pytest.fixture
def enrolled(laptop: Laptop) -> Laptop:
    identity = {
        "server_url": "",
        "agent_id": "0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11",
        "token": "wfha_1",
        "username": "alice",
        "hostname": "laptop-7",
    }
    file = laptop.data / "credentials.json"
    file.write_text(json.dumps(identity))
    file.chmod(0o600)
    return laptop


def answer_with(laptop: Laptop, serve: Serve, status: int, body: dict[str, Any]) -> list[str]:
    """Start a server with this answer; return the tokens that it received."""
    shown: list[str] = []

    def respond(token: str) -> tuple[int, dict[str, Any]]:
        shown.append(token)
        return status, {"server_time": "2026-11-23T09:00:00Z", **body}

    url = serve(respond)
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    file = laptop.data / "credentials.json"
    if file.exists():
        file.write_text(json.dumps({**json.loads(file.read_text()), "server_url": url}))
    return shown


def test_the_link_is_in_a_file_of_ones_own_and_on_no_command_line(
    enrolled: Laptop, serve: Serve, browser: Path
):
    shown = answer_with(enrolled, serve, 201, {"url": LINK})

    output = enrolled.run("my-data").stdout

    file = enrolled.data / "pages" / "wfhagent-my-data.html"
    assert shown == ["wfha_1"]
    assert browser.read_text() == file.as_uri()
    assert f"0; url={LINK}" in file.read_text(encoding="utf-8")
    assert has_mode(file, 0o600)
    assert (LINK in output, "wfha_1" in output) == (False, False)


def test_a_link_within_the_server_is_completed(enrolled: Laptop, serve: Serve):
    answer_with(enrolled, serve, 200, {"url": "/my-data#once"})

    output = enrolled.run("my-data", "--print").stdout.strip()

    assert output.startswith("http://127.0.0.1:")
    assert output.endswith("/my-data#once")


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (404, {"code": "not_found", "detail": "no such path"}, "does not offer such links yet"),
        (401, {"code": "token_revoked", "detail": "Revoked."}, r"gave no link: Revoked\."),
        (201, {"url": "javascript:alert(1)"}, "not a web address"),
        (201, {"url": "http://elsewhere.example/"}, "not a web address"),
        (201, {}, "not a web address"),
    ],
)
def test_an_answer_without_a_usable_link_is_an_error(
    status: int, body: dict[str, Any], sentence: str, enrolled: Laptop, serve: Serve
):
    answer_with(enrolled, serve, status, body)

    with pytest.raises(DisplayError, match=sentence):
        enrolled.run("my-data")
    assert list(Path(enrolled.data).glob("pages/*")) == []


def test_a_machine_that_is_not_enrolled_has_no_data_there(laptop: Laptop, serve: Serve):
    shown = answer_with(laptop, serve, 201, {"url": LINK})

    with pytest.raises(DisplayError, match="not enrolled yet"):
        laptop.run("my-data")
    assert shown == []
