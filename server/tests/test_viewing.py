"""Screenshots and thumbnails: the picture, on record before it is shown, or why there is none."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from wfhserver.models.users import Role
from wfhserver.testing import NOW, Send, TestServer, picture

LARGE = picture(size=(1600, 900))


@pytest.fixture
def log_id(house: TestServer, send_log: Send) -> str:
    """A log of alice with a picture of 1600 x 900."""
    assert send_log(LARGE).status_code == 201
    agent_id = house.value("SELECT agent_id FROM agents")
    return f"2026-11-23.{agent_id}.1"


def actions(house: TestServer) -> list[tuple[Any, ...]]:
    return house.rows("SELECT actor, action, reason FROM audit ORDER BY audit_id")


def files(house: TestServer, *, thumbnails: bool) -> list[Any]:
    return [each for each in house.files() if ("thumbnail" in each.name) is thumbnails]


def test_a_screenshot_is_the_picture_that_was_sent_and_on_record(
    house: TestServer, log_id: str
) -> None:
    path = f"/api/logs/{log_id}/screenshot"
    answer = house.ask("GET", path, params={"reason": "case 9"}, headers=house.signed_in())

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(LARGE).digest()
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert actions(house) == [("user:admin", "screenshot.view", "case 9")]


def test_a_thumbnail_in_a_list_that_is_on_record_needs_no_row_of_its_own(
    house: TestServer, log_id: str
) -> None:
    headers = house.signed_in()
    (row,) = house.ask("GET", "/api/logs", headers=headers).json()["rows"]

    answer = house.ask("GET", row["thumbnail_url"], headers=headers)

    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 180))
    assert [action for _, action, _ in actions(house)] == ["log.list"]


@pytest.mark.parametrize("on", [None, "1", "999"])
def test_any_other_thumbnail_is_on_record(house: TestServer, log_id: str, on: str | None) -> None:
    # Row 1 is somebody else's.
    house.ask("GET", "/api/logs", headers=house.signed_in(Role.AUDITOR))
    query = {} if on is None else {"on": on}

    path = f"/api/logs/{log_id}/thumbnail"
    answer = house.ask("GET", path, params=query, headers=house.signed_in())

    assert answer.status_code == 200
    assert [action for _, action, _ in actions(house)] == ["log.list", "thumbnail.view"]


def test_a_thumbnail_that_is_missing_is_made_and_kept(house: TestServer, log_id: str) -> None:
    (kept,) = files(house, thumbnails=True)
    kept.unlink()

    answer = house.ask("GET", f"/api/logs/{log_id}/thumbnail", headers=house.signed_in())

    assert answer.status_code == 200
    assert files(house, thumbnails=True)[0].read_bytes() == answer.content


@pytest.mark.parametrize("kind", ["screenshot", "thumbnail"])
def test_a_file_that_is_missing_is_said_and_nothing_is_on_record(
    house: TestServer, log_id: str, kind: str
) -> None:
    for each in house.files():
        each.unlink()

    answer = house.ask("GET", f"/api/logs/{log_id}/{kind}", headers=house.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "screenshot_missing")
    assert "backup" in answer.json()["detail"]
    assert actions(house) == []


def test_a_log_without_a_picture_says_what_the_agent_said(
    house: TestServer, send_log: Send
) -> None:
    send_log(screenshot={"status": "locked"})
    agent_id = house.value("SELECT agent_id FROM agents")

    path = f"/api/logs/2026-11-23.{agent_id}.2/screenshot"
    answer = house.ask("GET", path, headers=house.signed_in())

    assert (answer.status_code, answer.json()["code"]) == (404, "screenshot_missing")
    assert "locked" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["screenshot", "thumbnail"])
def test_a_manager_of_others_is_shown_nothing(house: TestServer, log_id: str, kind: str) -> None:
    path = f"/api/logs/{log_id}/{kind}"
    answer = house.ask("GET", path, headers=house.signed_in(Role.MANAGER))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert actions(house) == []


def test_what_cannot_be_put_on_record_is_not_shown(house: TestServer, log_id: str) -> None:
    headers = house.signed_in()
    house.execute("ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (actor <> 'user:admin')")
    try:
        answer = house.ask("GET", f"/api/logs/{log_id}/screenshot", headers=headers)
    finally:
        house.execute("ALTER TABLE audit DROP CONSTRAINT full_disk")

    assert answer.status_code == 503
    assert b"RIFF" not in answer.content


def test_a_test_log_has_its_picture_too(house: TestServer, send_log: Send) -> None:
    send_log(LARGE, slot=0, timestamp=NOW.isoformat())
    headers = house.signed_in()

    (row,) = house.ask("GET", "/api/logs", headers=headers).json()["rows"]

    assert row["slot"] == 0
    assert house.ask("GET", row["screenshot_url"], headers=headers).content == LARGE
