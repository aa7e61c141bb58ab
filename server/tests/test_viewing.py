"""Screenshots and thumbnails: each view is recorded first; without an image, the reason."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from wfhserver.models.users import Role
from wfhserver.testing import NOW, Send, TestServer, screenshot_bytes

LARGE = screenshot_bytes(size=(1600, 900))


@pytest.fixture
def log_id(server: TestServer, send_log: Send) -> str:
    """A log of alice with a screenshot of 1600 x 900."""
    assert send_log(LARGE).status_code == 201
    agent_id = server.value("SELECT agent_id FROM agents")
    return f"2026-11-23.{agent_id}.1"


def actions(server: TestServer) -> list[tuple[Any, ...]]:
    return server.rows("SELECT actor, action, reason FROM audit ORDER BY audit_id")


def files(server: TestServer, *, thumbnails: bool) -> list[Any]:
    return [each for each in server.files() if ("thumbnail" in each.name) is thumbnails]


def test_a_screenshot_is_the_one_that_was_sent_and_its_view_is_recorded(
    server: TestServer, log_id: str
) -> None:
    path = f"/api/logs/{log_id}/screenshot"
    answer = server.request("GET", path, params={"reason": "case 9"}, headers=server.signed_in())

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(LARGE).digest()
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert actions(server) == [("user:admin", "screenshot.view", "case 9")]


def test_a_thumbnail_in_a_list_that_is_on_record_needs_no_row_of_its_own(
    server: TestServer, log_id: str
) -> None:
    headers = server.signed_in()
    (row,) = server.request("GET", "/api/logs", headers=headers).json()["rows"]

    answer = server.request("GET", row["thumbnail_url"], headers=headers)

    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 180))
    assert [action for _, action, _ in actions(server)] == ["log.list"]


@pytest.mark.parametrize("on", [None, "1", "999"])
def test_any_other_thumbnail_is_on_record(server: TestServer, log_id: str, on: str | None) -> None:
    # Row 1 is somebody else's.
    server.request("GET", "/api/logs", headers=server.signed_in(Role.AUDITOR))
    query = {} if on is None else {"on": on}

    path = f"/api/logs/{log_id}/thumbnail"
    answer = server.request("GET", path, params=query, headers=server.signed_in())

    assert answer.status_code == 200
    assert [action for _, action, _ in actions(server)] == ["log.list", "thumbnail.view"]


def test_a_thumbnail_is_made_for_the_first_look_and_kept(server: TestServer, log_id: str) -> None:
    before = files(server, thumbnails=True)

    answer = server.request("GET", f"/api/logs/{log_id}/thumbnail", headers=server.signed_in())

    assert (before, answer.status_code) == ([], 200)
    assert files(server, thumbnails=True)[0].read_bytes() == answer.content


def test_of_a_damaged_screenshot_there_is_no_thumbnail_and_the_reason_is_shown(
    server: TestServer, log_id: str
) -> None:
    (file,) = files(server, thumbnails=False)
    file.write_bytes(LARGE[: len(LARGE) // 2])

    answer = server.request("GET", f"/api/logs/{log_id}/thumbnail", headers=server.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "screenshot_missing")
    assert "damaged" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["screenshot", "thumbnail"])
def test_a_missing_file_is_reported_and_no_view_is_recorded(
    server: TestServer, log_id: str, kind: str
) -> None:
    for each in server.files():
        each.unlink()

    answer = server.request("GET", f"/api/logs/{log_id}/{kind}", headers=server.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "screenshot_missing")
    assert "backup" in answer.json()["detail"]
    assert actions(server) == []


def test_a_log_without_a_screenshot_shows_what_the_agent_reported(
    server: TestServer, send_log: Send
) -> None:
    send_log(screenshot={"status": "locked"})
    agent_id = server.value("SELECT agent_id FROM agents")

    path = f"/api/logs/2026-11-23.{agent_id}.2/screenshot"
    answer = server.request("GET", path, headers=server.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "screenshot_missing")
    assert "locked" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["screenshot", "thumbnail"])
def test_a_manager_of_others_is_shown_nothing(server: TestServer, log_id: str, kind: str) -> None:
    path = f"/api/logs/{log_id}/{kind}"
    answer = server.request("GET", path, headers=server.signed_in(Role.MANAGER))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert actions(server) == []


def test_what_cannot_be_put_on_record_is_not_shown(server: TestServer, log_id: str) -> None:
    headers = server.signed_in()
    server.execute("ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (actor <> 'user:admin')")
    try:
        answer = server.request("GET", f"/api/logs/{log_id}/screenshot", headers=headers)
    finally:
        server.execute("ALTER TABLE audit DROP CONSTRAINT full_disk")

    assert answer.status_code == 503
    assert b"RIFF" not in answer.content


def test_a_test_log_has_its_screenshot_too(server: TestServer, send_log: Send) -> None:
    send_log(LARGE, slot=0, timestamp=NOW.isoformat())
    headers = server.signed_in()

    (row,) = server.request("GET", "/api/logs", headers=headers).json()["rows"]

    assert row["slot"] == 0
    assert server.request("GET", row["screenshot_url"], headers=headers).content == LARGE
